package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Sums the calls of closed days into {@code usage_day}, day by day. The sums are read beside the writer and written in
 * small transactions that nobody reads until the last one moves {@code keeping.rolled}; a call that comes late meanwhile
 * makes all of it void, and so does a crash: the next run begins the day again.
 */
final class RollUp {
    /** A day is closed when a whole day has passed since its end. */
    static final int OPEN_DAYS = 2;

    /** Whether a row of {@code call} is charged as a request: by the table that charges its cost. */
    static final String CHARGED = "CASE WHEN settlement <> 'none' AND corrects IS NULL THEN 1 ELSE 0 END";

    /** What a row of {@code usage_day} sums, in the order of its columns. */
    static final String SUMS = """
            SUM(CASE WHEN outcome = 'correction' THEN 0 ELSE 1 END), SUM(input_tokens), SUM(cached_input_tokens),
            SUM(output_tokens), SUM(COALESCE(cost, 0)), SUM(<charged>), SUM(tokens)""".replace("<charged>", CHARGED);

    private static final int BATCH = 500;
    private static final long DAY_SECONDS = TimeUnit.DAYS.toSeconds(1);

    private final Store store;
    private final Pace pace;

    RollUp(Store store, Pace pace) {
        this.store = store;
        this.pace = pace;
    }

    /** The last day that is closed. */
    static int lastClosed(int today) {
        return today - OPEN_DAYS;
    }

    /** What no id of a call of this day or a later one sorts before: an id is older than the call's day by hours at most. */
    static String floor(int day) {
        return Ids.floor("req", Instant.ofEpochSecond(Math.max(0, (day - 1) * DAY_SECONDS)));
    }

    /** Whether everything through the last closed day is rolled up now; otherwise a late call came between. */
    boolean run(int today) {
        int last = lastClosed(today);
        Claim claim = store.maintain(tx -> claim(tx.handle()));
        if (claim.rolled >= last) {
            return true;
        }
        int rolled = claim.rolled;
        for (int day : store.read(h -> days(h, claim.rolled, last))) {
            if (!rollUp(new Claim(rolled, claim.late), day)) {
                return false;
            }
            rolled = day;
        }
        return rolled == last || advance(new Claim(rolled, claim.late), last);
    }

    private boolean rollUp(Claim claim, int day) {
        List<Sum> sums = store.read(h -> sums(h, day));
        for (int from = 0; from < sums.size(); from += BATCH) {
            List<Sum> batch = sums.subList(from, Math.min(from + BATCH, sums.size()));
            if (!store.maintain(tx -> holds(tx.handle(), claim) && put(tx.handle(), day, batch))) {
                return false;
            }
            pace.pause();
        }
        return advance(claim, day);
    }

    /** What a run of the roll-up starts from; void as soon as one of the two has changed. */
    private record Claim(int rolled, long late) {}

    /** Raises {@code late} itself, so that a run on another node is void. */
    private static Claim claim(Handle handle) {
        handle.execute("UPDATE keeping SET late = late + 1 WHERE id = 1");
        return handle.createQuery("SELECT rolled, late FROM keeping WHERE id = 1")
                .map((row, context) -> new Claim(row.getInt(1), row.getLong(2)))
                .one();
    }

    /** Locks the row on PostgreSQL. */
    private static boolean holds(Handle handle, Claim claim) {
        return handle.execute(
                        "UPDATE keeping SET late = late WHERE id = 1 AND rolled = ? AND late = ?",
                        claim.rolled,
                        claim.late)
                == 1;
    }

    private boolean advance(Claim claim, int day) {
        return store.maintain(tx -> tx.handle()
                        .execute(
                                "UPDATE keeping SET rolled = ? WHERE id = 1 AND rolled = ? AND late = ?",
                                day,
                                claim.rolled,
                                claim.late)
                == 1);
    }

    private static List<Integer> days(Handle handle, int rolled, int last) {
        return handle.createQuery("""
                        SELECT DISTINCT day FROM call
                        WHERE id >= :floor AND day > :rolled AND day <= :last ORDER BY day""")
                .bind("floor", floor(rolled))
                .bind("rolled", rolled)
                .bind("last", last)
                .mapTo(Integer.class)
                .list();
    }

    private record Sum(
            String space,
            String workspace,
            String key,
            String provider,
            String model,
            long requests,
            long inputTokens,
            long cachedInputTokens,
            long outputTokens,
            long cost,
            long chargedRequests,
            long tokens) {}

    private static List<Sum> sums(Handle handle, int day) {
        return new ArrayList<>(handle.createQuery("""
                        SELECT space, workspace, key, provider, COALESCE(model, ''), <sums>
                        FROM call WHERE id >= :floor AND day = :day AND provider IS NOT NULL
                        GROUP BY space, workspace, key, provider, COALESCE(model, '')""".replace("<sums>", SUMS))
                .bind("floor", floor(day))
                .bind("day", day)
                .map((row, context) -> new Sum(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getLong(6),
                        row.getLong(7),
                        row.getLong(8),
                        row.getLong(9),
                        row.getLong(10),
                        row.getLong(11),
                        row.getLong(12)))
                .list());
    }

    /** Replaces what a void run may have left. */
    private static boolean put(Handle handle, int day, List<Sum> sums) {
        PreparedBatch batch = handle.prepareBatch("""
                INSERT INTO usage_day (day, space, workspace, key, provider, model,
                  requests, input_tokens, cached_input_tokens, output_tokens, cost, charged_requests, tokens)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (day, space, workspace, key, provider, model) DO UPDATE SET
                  requests = excluded.requests, input_tokens = excluded.input_tokens,
                  cached_input_tokens = excluded.cached_input_tokens, output_tokens = excluded.output_tokens,
                  cost = excluded.cost, charged_requests = excluded.charged_requests, tokens = excluded.tokens""");
        for (Sum sum : sums) {
            batch.add(
                    day,
                    sum.space,
                    sum.workspace,
                    sum.key,
                    sum.provider,
                    sum.model,
                    sum.requests,
                    sum.inputTokens,
                    sum.cachedInputTokens,
                    sum.outputTokens,
                    sum.cost,
                    sum.chargedRequests,
                    sum.tokens);
        }
        batch.execute();
        return true;
    }
}
