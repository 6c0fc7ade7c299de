package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Rounds;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The upkeep of the books: rolls closed days up, deletes calls that are past their retention, and folds the balances of
 * closed windows into one. Small transactions through the one writer, with pauses, so that no call waits for it.
 */
public final class Keeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Keeping.class);
    private static final int BATCH = 1_000;
    private static final long PAUSE_MILLIS = 20;
    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMinutes(10);
    /** Where the balances of closed windows are summed. */
    static final int OPENING_DAY = 0;

    private final Store store;
    private final Ledger ledger;
    private final Retention retention;
    private final InstantSource clock;
    private final Pace pace;
    private final List<Consumer<Instant>> more = new CopyOnWriteArrayList<>();
    private final Rounds rounds = new Rounds("keymesh-keeping", "The upkeep of the books");

    Keeping(Store store, Ledger ledger, Retention retention, InstantSource clock, Pace pace) {
        this.store = store;
        this.ledger = ledger;
        this.retention = retention;
        this.clock = clock;
        this.pace = pace;
    }

    /** Begins a minute after the start, when calls have had their turn. */
    public static Keeping start(Store store, Ledger ledger, Retention retention, InstantSource clock) {
        Keeping keeping = new Keeping(store, ledger, retention, clock, Keeping::pause);
        keeping.rounds.begin(FIRST, PAUSE, keeping::once);
        return keeping;
    }

    /** More that is to be done each time, by one node. */
    public void also(Consumer<Instant> due) {
        more.add(due);
    }

    /** Everything that is due; where another node is at it, nothing. */
    public void once() {
        var _ = store.alone(this::everything);
    }

    private void everything() {
        Instant now = clock.instant();
        int today = Period.day(now);
        boolean whole = new RollUp(store, pace).run(today);
        ledger.closedThrough(store.read(h -> number(h, "rolled")));
        if (!whole) {
            LOG.debug("A call came late; its day is rolled up at the next turn.");
        }
        fold(today);
        if (retention.requests() != null) {
            prune(now, retention.requests());
        }
        if (retention.events() != null) {
            pruneEvents(now.minus(retention.events()));
        }
        more.forEach(due -> due.accept(now));
    }

    static int number(Handle handle, String column) {
        return handle.createQuery("SELECT " + column + " FROM keeping WHERE id = 1")
                .mapTo(Integer.class)
                .one();
    }

    /** Deletes only what is rolled up, oldest first. */
    private void prune(Instant now, Duration period) {
        Instant before = now.minus(period);
        String floor = Ids.floor("req", before);
        int day = Period.day(before);
        boolean due = store.read(h -> h.createQuery("""
                        SELECT COUNT(*) FROM (SELECT 1 FROM call WHERE id < :floor
                          AND day <= (SELECT rolled FROM keeping WHERE id = 1) LIMIT 1) AS one""")
                        .bind("floor", floor)
                        .mapTo(Integer.class)
                        .one())
                > 0;
        if (!due) {
            return;
        }
        store.maintain(
                tx -> tx.handle().execute("UPDATE keeping SET pruned = ? WHERE id = 1 AND pruned < ?", day, day));
        int deleted;
        do {
            deleted = store.maintain(tx -> tx.handle()
                    .createUpdate("""
                            DELETE FROM call WHERE id IN (SELECT id FROM call WHERE id < :floor
                              AND day <= (SELECT rolled FROM keeping WHERE id = 1) ORDER BY id LIMIT :batch)""")
                    .bind("floor", floor)
                    .bind("batch", BATCH)
                    .execute());
            pace.pause();
        } while (deleted == BATCH);
    }

    private void pruneEvents(Instant before) {
        int deleted;
        do {
            deleted = store.maintain(tx -> tx.handle()
                    .createUpdate("""
                            DELETE FROM event WHERE at < :before
                              AND seq IN (SELECT seq FROM event ORDER BY seq LIMIT :batch)""")
                    .bind("before", before.toEpochMilli())
                    .bind("batch", BATCH)
                    .execute());
            pace.pause();
        } while (deleted == BATCH);
    }

    /** A month past the last closed one stays day by day: late settles are rare there, and a budget on it impossible. */
    static int firstUnfolded(int today) {
        int lastMonth = Period.MONTHLY.firstDay(today) - 1;
        return Math.min(Period.MONTHLY.firstDay(lastMonth), Period.WEEKLY.firstDay(lastMonth));
    }

    private void fold(int today) {
        int end = firstUnfolded(today);
        List<Closed> closed = store.read(h -> closed(h, end));
        while (!closed.isEmpty()) {
            List<Closed> batch = closed;
            int folded = store.maintain(tx -> {
                ledger.forgetBalances();
                return fold(tx.handle(), batch, end);
            });
            pace.pause();
            closed = folded == 0 ? List.of() : store.read(h -> closed(h, end));
        }
    }

    private record Closed(BalanceKey key, int day, Amounts spent) {}

    /** What still holds something waits for its settle. */
    private static List<Closed> closed(Handle handle, int end) {
        return handle.createQuery("""
                        SELECT scope, provider, model, day, spent, requests, tokens FROM balance
                        WHERE day > :opening AND day < :end AND held = 0 AND held_requests = 0 AND held_tokens = 0
                        LIMIT :batch""")
                .bind("opening", OPENING_DAY)
                .bind("end", end)
                .bind("batch", BATCH)
                .map((row, context) -> new Closed(
                        new BalanceKey(row.getString(1), row.getString(2), row.getString(3)),
                        row.getInt(4),
                        new Amounts(row.getLong(5), row.getLong(6), row.getLong(7))))
                .list();
    }

    /** A row that another node has changed meanwhile is left for the next turn. */
    private static int fold(Handle handle, List<Closed> rows, int end) {
        Map<BalanceKey, Balance.Day> sums = new HashMap<>();
        int folded = 0;
        for (Closed row : rows) {
            int deleted = handle.execute(
                    "DELETE FROM balance WHERE scope = ? AND provider = ? AND model = ? AND day = ? AND spent = ?"
                            + " AND requests = ? AND tokens = ? AND held = 0 AND held_requests = 0 AND held_tokens = 0",
                    row.key.scope(),
                    row.key.provider(),
                    row.key.model(),
                    row.day,
                    row.spent.nanos(),
                    row.spent.requests(),
                    row.spent.tokens());
            if (deleted == 1) {
                sums.computeIfAbsent(row.key, _ -> new Balance.Day(OPENING_DAY)).spend(row.spent);
                folded++;
            }
        }
        sums.forEach((key, sum) -> handle.execute(
                """
                INSERT INTO balance (scope, provider, model, day, spent, held, requests, held_requests, tokens, held_tokens)
                VALUES (?, ?, ?, ?, ?, 0, ?, 0, ?, 0)
                ON CONFLICT (scope, provider, model, day) DO UPDATE SET spent = balance.spent + excluded.spent,
                  requests = balance.requests + excluded.requests, tokens = balance.tokens + excluded.tokens""", key.scope(), key.provider(), key.model(), OPENING_DAY, sum.spent, sum.requests, sum.tokens));
        handle.execute("UPDATE keeping SET folded = ? WHERE id = 1 AND folded < ?", end - 1, end - 1);
        return folded;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Keymesh is stopping.", e);
        }
    }

    @Override
    public void close() {
        rounds.close();
    }
}
