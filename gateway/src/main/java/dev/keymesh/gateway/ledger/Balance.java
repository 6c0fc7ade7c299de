package dev.keymesh.gateway.ledger;

import java.util.NavigableMap;
import java.util.TreeMap;

/** What a scope has spent and holds, day by day; owned by the writer's thread. */
final class Balance {
    private final String scope;
    private final NavigableMap<Integer, Day> days = new TreeMap<>();

    Balance(String scope) {
        this.scope = scope;
    }

    String scope() {
        return scope;
    }

    /** Nano-dollars of one day. */
    static final class Day {
        final int day;
        long spent;
        long held;

        Day(int day, long spent, long held) {
            this.day = day;
            this.spent = spent;
            this.held = held;
        }
    }

    void load(int day, long spent, long held) {
        days.put(day, new Day(day, spent, held));
    }

    Day day(int day) {
        return days.computeIfAbsent(day, d -> new Day(d, 0, 0));
    }

    Window window(Period period, int day) {
        long spent = 0;
        long held = 0;
        for (Day one : days.tailMap(period.firstDay(day), true).values()) {
            spent = Ledger.sum(spent, one.spent);
            held = Ledger.sum(held, one.held);
        }
        return new Window(spent, held);
    }

    /** Nano-dollars of a budget's window. */
    record Window(long spent, long held) {
        long used() {
            return Ledger.sum(spent, held);
        }
    }
}
