package dev.keymesh.gateway.ledger;

import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The thresholds that budgets have reached: each is told once in a window, by an event of the transaction that reached it. The
 * rows say what was told; what is remembered here saves asking them at every settle.
 */
final class Thresholds {
    private static final int MOST = 100_000;

    private final Map<Limit.Id, Told> told = new HashMap<>();

    void look(Limit limit, Balance balance, Instant now, Rows rows) throws SQLException {
        Long amount = limit.amountAt(now);
        if (amount == null || amount <= 0 || limit.thresholds().isEmpty()) {
            return;
        }
        int day = Period.day(now);
        int window = Math.max(0, limit.period().firstDay(day));
        long spent = balance.window(limit.unit(), limit.period(), day).spent();
        if (spent < part(amount, limit.thresholds().getFirst())) {
            return;
        }
        Told before = told.get(limit.id());
        int known = before == null || before.window != window ? 0 : before.percent;
        int reached = known;
        for (int percent : limit.thresholds()) {
            if (percent > known && spent >= part(amount, percent)) {
                if (rows.reached(limit, window, percent)) {
                    rows.thresholdReached(limit, percent, spent, amount, now.toEpochMilli());
                }
                reached = percent;
            }
        }
        if (reached != known) {
            if (told.size() >= MOST) {
                told.clear();
            }
            told.put(limit.id(), new Told(window, reached));
        }
    }

    /** So many percent, rounded up. */
    private static long part(long amount, int percent) {
        return amount / 100 * percent + (amount % 100 * percent + 99) / 100;
    }

    void forget() {
        told.clear();
    }

    /** The highest threshold of a window. */
    private record Told(int window, int percent) {}
}
