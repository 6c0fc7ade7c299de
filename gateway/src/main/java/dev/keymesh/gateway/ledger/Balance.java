package dev.keymesh.gateway.ledger;

import java.util.NavigableMap;
import java.util.TreeMap;

/** What was spent and is held, day by day; owned by the writer's thread. */
final class Balance {
    private final BalanceKey key;
    private final NavigableMap<Integer, Day> days = new TreeMap<>();

    Balance(BalanceKey key) {
        this.key = key;
    }

    BalanceKey key() {
        return key;
    }

    /** Of one day, in each unit. */
    static final class Day {
        final int day;
        long spent;
        long held;
        long requests;
        long heldRequests;
        long tokens;
        long heldTokens;

        Day(int day) {
            this.day = day;
        }

        void spend(Amounts more) {
            spent = Amounts.sum(spent, more.nanos());
            requests = Amounts.sum(requests, more.requests());
            tokens = Amounts.sum(tokens, more.tokens());
        }

        void hold(Amounts more) {
            held = Amounts.sum(held, more.nanos());
            heldRequests = Amounts.sum(heldRequests, more.requests());
            heldTokens = Amounts.sum(heldTokens, more.tokens());
        }

        long spent(Unit unit) {
            return switch (unit) {
                case USD -> spent;
                case REQUESTS -> requests;
                case TOKENS -> tokens;
            };
        }

        long held(Unit unit) {
            return switch (unit) {
                case USD -> held;
                case REQUESTS -> heldRequests;
                case TOKENS -> heldTokens;
            };
        }
    }

    Day day(int day) {
        return days.computeIfAbsent(day, Day::new);
    }

    Window window(Unit unit, Period period, int day) {
        long spent = 0;
        long held = 0;
        for (Day one : days.tailMap(period.firstDay(day), true).values()) {
            spent = Amounts.sum(spent, one.spent(unit));
            held = Amounts.sum(held, one.held(unit));
        }
        return new Window(spent, held);
    }

    /** Of a budget's window, in its unit. */
    record Window(long spent, long held) {
        long used() {
            return Amounts.sum(spent, held);
        }
    }
}
