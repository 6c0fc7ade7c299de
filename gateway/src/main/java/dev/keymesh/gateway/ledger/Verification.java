package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Database;
import dev.keymesh.gateway.store.Snapshot;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * A check of the books by themselves, on one snapshot: what calls cost is what balances say, open holds are what is held,
 * parts add up to their whole, and no limit is passed without a reason that is written down.
 */
public final class Verification {
    /** More sentences of one kind help nobody. */
    private static final int MOST_OF_A_KIND = 20;

    private final Handle handle;
    private final Instant now;
    private final int today;
    private final Consumer<String> progress;
    private final List<String> wrong = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private Verification(Handle handle, Instant now, Consumer<String> progress) {
        this.handle = handle;
        this.now = now;
        this.progress = progress;
        today = Period.day(now);
    }

    /**
     * What was found.
     *
     * @param wrong a sentence for each broken invariant; none when the books are right
     * @param notes what looks wrong and has a reason
     */
    public record Report(long calls, long balances, long holds, List<String> wrong, List<String> notes) {
        public boolean right() {
            return wrong.isEmpty();
        }
    }

    /**
     * Checks a database, on one snapshot of it.
     *
     * @param progress told what is checked next
     */
    public static Report of(Database database, Instant now, Consumer<String> progress) {
        return Snapshot.read(database, handle -> run(handle, now, progress));
    }

    /**
     * Checks everything.
     *
     * @param handle inside a transaction that sees one snapshot
     * @param progress told what is checked next
     */
    public static Report run(Handle handle, Instant now, Consumer<String> progress) {
        return new Verification(handle, now, progress).report();
    }

    private Report report() {
        progress.accept("values and days");
        values();
        progress.accept("balances against calls");
        balances();
        progress.accept("balances against open holds");
        holds();
        progress.accept("parts against their whole");
        parts();
        progress.accept("roll-ups against calls");
        rollUps();
        progress.accept("limits");
        limits();
        return new Report(count("call"), count("balance"), count("hold"), List.copyOf(wrong), List.copyOf(notes));
    }

    private long count(String table) {
        return handle.createQuery("SELECT COUNT(*) FROM " + table)
                .mapTo(Long.class)
                .one();
    }

    private void values() {
        sentences("""
                SELECT 'The balance of ' || scope || ' on day ' || day || ' is negative: spent ' || spent || ', held ' || held
                  || ' nano-dollars.' FROM balance
                WHERE spent < 0 OR held < 0 OR requests < 0 OR held_requests < 0 OR tokens < 0 OR held_tokens < 0""");
        sentences("SELECT 'Hold ' || id || ' is negative: ' || amount || ' nano-dollars.' FROM hold WHERE amount < 0");
        sentences("""
                SELECT 'Call ' || id || ' has a negative cost, hold or token count.' FROM call
                WHERE outcome <> 'correction'
                  AND (cost < 0 OR held < 0 OR input_tokens < 0 OR cached_input_tokens < 0 OR output_tokens < 0)""");
        int tomorrow = today + 1;
        for (String table : List.of("balance", "hold", "call", "usage_day")) {
            long outside = handle.createQuery("SELECT COUNT(*) FROM " + table + " WHERE day < 0 OR day > :tomorrow")
                    .bind("tomorrow", tomorrow)
                    .mapTo(Long.class)
                    .one();
            if (outside > 0) {
                wrong.add(outside + " rows of " + table + " are of days before 1970 or after "
                        + LocalDate.ofEpochDay(tomorrow) + ": the clock was wrong, or is now.");
            }
        }
        long old = now.toEpochMilli();
        sentences(
                "SELECT 'Hold ' || id || ' of ' || key || ' is still open, with ' || amount || ' nano-dollars, and expired"
                        + " long ago: nothing will settle it before the next start.' FROM hold WHERE expires_at < "
                        + old);
    }

    private static final String NANOS = "nano-dollars";

    /** What calls of a day cost each link of their chains; a folded day counts in the opening balance. */
    private static final String CHARGES = """
            WITH RECURSIVE amount (space, workspace, key, day, nanos) AS (<amounts>),
            link (key, ancestor) AS (
              SELECT DISTINCT key, key FROM amount
              UNION SELECT link.key, k.parent FROM link JOIN virtual_key k ON k.id = link.ancestor
                WHERE k.parent IS NOT NULL),
            charge (scope, day, nanos) AS (
              SELECT 'account', day, SUM(nanos) FROM amount GROUP BY day
              UNION ALL SELECT 'space:' || space, day, SUM(nanos) FROM amount GROUP BY space, day
              UNION ALL SELECT 'workspace:' || space || '/' || workspace, day, SUM(nanos)
                FROM amount GROUP BY space, workspace, day
              UNION ALL SELECT 'key:' || link.ancestor, day, SUM(nanos)
                FROM amount JOIN link ON link.key = amount.key GROUP BY link.ancestor, day)
            SELECT scope, CASE WHEN day <= :folded THEN 0 ELSE day END AS d, SUM(booked), SUM(nanos)
            FROM (SELECT scope, day, <column> AS booked, 0 AS nanos FROM balance WHERE provider = '' AND model = ''
                  UNION ALL SELECT scope, day, 0, nanos FROM charge) AS both_sides
            GROUP BY scope, d HAVING SUM(booked) <> SUM(nanos) ORDER BY scope, d""";

    private void balances() {
        String calls = """
                SELECT space, workspace, key, day, SUM(<rolled>) FROM usage_day
                WHERE day <= (SELECT rolled FROM keeping WHERE id = 1) GROUP BY space, workspace, key, day
                UNION ALL SELECT space, workspace, key, day, SUM(<called>) FROM call
                WHERE day > (SELECT rolled FROM keeping WHERE id = 1) GROUP BY space, workspace, key, day""";
        compare(
                "spent",
                calls.replace("<rolled>", "cost").replace("<called>", "COALESCE(cost, 0)"),
                "its calls cost",
                NANOS);
        compare(
                "requests",
                calls.replace("<rolled>", "charged_requests").replace("<called>", RollUp.CHARGED),
                "its calls are",
                "requests");
        compare(
                "tokens",
                calls.replace("<rolled>", "tokens").replace("<called>", "tokens"),
                "its calls used",
                "tokens");
    }

    private void holds() {
        String open = "SELECT space, workspace, key, day, SUM(<held>) FROM hold GROUP BY space, workspace, key, day";
        compare("held", open.replace("<held>", "amount"), "its open holds are", NANOS);
        compare("held_requests", open.replace("<held>", "1"), "its open holds are", "requests");
        compare("held_tokens", open.replace("<held>", "tokens"), "its open holds are", "tokens");
    }

    private void compare(String column, String amounts, String is, String unit) {
        int folded = Keeping.number(handle, "folded");
        String query = CHARGES.replace("<amounts>", amounts).replace("<column>", column);
        var found = handle.createQuery(query)
                .bind("folded", folded)
                .map((row, context) -> row.getString(1) + " " + when(row.getInt(2)) + " says " + row.getString(3) + " "
                        + column.replace('_', ' ') + " and " + is + " " + row.getString(4) + " " + unit + ".")
                .list();
        add(found.stream().map("The balance of "::concat).toList());
    }

    private static String when(int day) {
        return day == Keeping.OPENING_DAY ? "before its days" : "on " + LocalDate.ofEpochDay(day);
    }

    private void parts() {
        part("all spaces", "scope = 'account'", "scope LIKE 'space:%'", "'account'");
        part(
                "its workspaces",
                "scope LIKE 'space:%'",
                "scope LIKE 'workspace:%'",
                "'space:' || substr(scope, 11, " + slash() + " - 11)");
    }

    /** Where the slash of a workspace's scope is; the two databases have no function in common for it. */
    private String slash() {
        return "(length(rtrim(scope, replace(scope, '/', ''))))";
    }

    private void part(String parts, String whole, String part, String wholeOfPart) {
        sentences("""
                SELECT 'The balance of ' || scope || ' on day ' || day || ' is not the sum of <parts>: spent ' || SUM(spent)
                  || ' more, held ' || SUM(held) || ' more nano-dollars.'
                FROM (SELECT scope, day, spent, held FROM balance WHERE <whole> AND provider = '' AND model = ''
                      UNION ALL SELECT <of>, day, -spent, -held FROM balance
                        WHERE <part> AND provider = '' AND model = '') AS sums
                GROUP BY scope, day HAVING SUM(spent) <> 0 OR SUM(held) <> 0""".replace("<parts>", parts)
                .replace("<whole>", whole)
                .replace("<part>", part)
                .replace("<of>", wholeOfPart));
    }

    /** Of days that are rolled up and whose calls are all still there. */
    private void rollUps() {
        sentences("""
                SELECT 'The roll-up of day ' || day || ' for key ' || key || ', ' || provider || ' ' || model
                  || ' differs from its calls: ' || SUM(requests) || ' requests, ' || SUM(tokens) || ' tokens, ' || SUM(cost)
                  || ' nano-dollars more.'
                FROM (
                  SELECT day, space, workspace, key, provider, model, requests,
                    input_tokens + cached_input_tokens + output_tokens AS tokens, cost
                  FROM usage_day WHERE <days>
                  UNION ALL
                  SELECT day, space, workspace, key, provider, COALESCE(model, ''),
                    CASE WHEN outcome = 'correction' THEN 0 ELSE -1 END,
                    -(input_tokens + cached_input_tokens + output_tokens), -COALESCE(cost, 0)
                  FROM call WHERE <days> AND provider IS NOT NULL) AS both_sides
                GROUP BY day, space, workspace, key, provider, model
                HAVING SUM(requests) <> 0 OR SUM(tokens) <> 0 OR SUM(cost) <> 0""".replace("<days>", """
                day > (SELECT pruned FROM keeping WHERE id = 1) AND day <= (SELECT rolled FROM keeping WHERE id = 1)"""));
    }

    private void limits() {
        for (Limits.Dated budget : Limits.rows(handle, "")) {
            Limit limit = budget.limit();
            Long amount = limit.amountAt(now);
            if (amount == null) {
                continue;
            }
            if (limit.narrow()) {
                add(Refill.differs(handle, limit.balance()));
            }
            long passed = used(limit) - amount;
            if (passed > 0) {
                explain(limit, amount, passed);
            }
        }
    }

    private long used(Limit limit) {
        Limits.Used used = Limits.used(handle, limit, today);
        return used.both();
    }

    private void explain(Limit limit, long amount, long passed) {
        String sentence = "The " + limit.period().wire() + " budget of " + limit.scope() + ", "
                + limit.unit().format(amount) + " " + limit.unit().wire() + ", is passed by "
                + limit.unit().format(passed);
        int first = Math.max(0, limit.period().firstDay(today));
        long since = LocalDate.ofEpochDay(first).toEpochDay() * 86_400_000L;
        long above = events("ledger.bound_exceeded", "", since);
        long set = events("budgets.write", limit.scope(), since);
        if (above == 0 && set == 0) {
            wrong.add(sentence + ", and nothing in the event log says why.");
        } else {
            notes.add(sentence + ": " + (above > 0 ? above + " calls cost more than their bound" : "")
                    + (above > 0 && set > 0 ? "; " : "")
                    + (set > 0 ? "it was set in this window, when it may have been spent already" : "") + ".");
        }
    }

    private long events(String action, String target, long since) {
        return handle.createQuery("""
                        SELECT COUNT(*) FROM event
                        WHERE action = :action AND at >= :since AND (:target = '' OR target = :target)""")
                .bind("action", action)
                .bind("target", target)
                .bind("since", since)
                .mapTo(Long.class)
                .one();
    }

    private void sentences(String query) {
        add(handle.createQuery(query).mapTo(String.class).list());
    }

    private void add(List<String> found) {
        wrong.addAll(found.subList(0, Math.min(found.size(), MOST_OF_A_KIND)));
        if (found.size() > MOST_OF_A_KIND) {
            wrong.add("And " + (found.size() - MOST_OF_A_KIND) + " more like that.");
        }
    }
}
