package dev.keymesh.gateway.api;

import dev.keymesh.gateway.ledger.Period;
import dev.keymesh.gateway.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Sums what calls used: of days that are rolled up from their roll-up, of all others from the calls. What past days came to
 * is remembered until something is written late or another day is rolled up, both of which the database counts.
 */
final class UsageSums {
    private static final String SUMS_OF_DAYS = """
            SELECT COALESCE(SUM(c.requests), 0), COALESCE(SUM(c.input_tokens), 0), COALESCE(SUM(c.cached_input_tokens), 0),
              COALESCE(SUM(c.output_tokens), 0), COALESCE(SUM(c.cost), 0)<columns>
            FROM usage_day c WHERE <range><where><by>""".replace("<range>", UsageRange.ROLLED);

    private static final String SUMS_OF_CALLS = """
            SELECT COALESCE(SUM(CASE WHEN c.outcome = 'correction' THEN 0 ELSE 1 END), 0), COALESCE(SUM(c.input_tokens), 0),
              COALESCE(SUM(c.cached_input_tokens), 0), COALESCE(SUM(c.output_tokens), 0), COALESCE(SUM(c.cost), 0)<columns>
            FROM call c WHERE <range><where><by>""".replace("<range>", UsageRange.CALLS);

    /** What is read for it from days that are rolled up, which know no hour; the rest is read as it is named. */
    private static final Map<String, String> ROLLED = Map.of(
            "model", "NULLIF(c.model, '')",
            "workspace", "c.space || '/' || c.workspace",
            "hour", "CAST(NULL AS BIGINT)");

    /** The key is an expression, so that SQLite does not read all calls in the order of keys to group those of few days. */
    private static final Map<String, String> CALLS = Map.of(
            "key", "c.key || ''",
            "workspace", "c.space || '/' || c.workspace",
            "hour", "c.started_at / 3600000");

    /** The column after the sums. */
    private static final int FIRST = 6;
    /** Rows that are remembered of past days, of all questions together. */
    private static final int REMEMBERED = 10_000;
    /** When a day has passed by every node's clock, so that whatever is written for it from then on is counted as late. */
    private static final Duration PASSED = Duration.ofHours(1);

    private final Store store;
    private final InstantSource clock;
    private final Map<Question, List<Sum>> past = new LinkedHashMap<>(16, 0.75f, true);

    UsageSums(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Days since 1970: through {@code rolled} usage is kept by day, through {@code pruned} calls may be deleted. */
    record Kept(int rolled, int pruned, long late) {
        private static Kept of(Handle handle) {
            return handle.createQuery("SELECT rolled, pruned, late FROM keeping WHERE id = 1")
                    .map((row, context) -> new Kept(row.getInt(1), row.getInt(2), row.getLong(3)))
                    .one();
        }
    }

    /** What is narrowed to: conditions on a row {@code c}, each after {@code AND}, with what they are bound to. */
    record Filter(String where, Map<String, Object> binds, boolean fixed) {}

    /** What calls used that have these names in common, in the order in which they were asked for. */
    record Sum(List<@Nullable String> names, long requests, long input, long cachedInput, long output, long cost) {
        Sum named(List<@Nullable String> as) {
            return new Sum(as, requests, input, cachedInput, output, cost);
        }

        Sum plus(Sum other) {
            return new Sum(
                    names,
                    requests + other.requests,
                    input + other.input,
                    cachedInput + other.cachedInput,
                    output + other.output,
                    cost + other.cost);
        }
    }

    private record Question(String sql, Map<String, Object> binds, Kept kept) {}

    Kept kept() {
        return store.read(Kept::of);
    }

    /** Sums by the names; those of days that are rolled up, of other past days and of today are apart. */
    List<Sum> of(Set<String> names, Filter filter, UsageRange range, Kept kept) {
        int rolled = kept.rolled;
        int yesterday = Period.day(clock.instant().minus(PASSED)) - 1;
        String calls = sql(SUMS_OF_CALLS, CALLS, names, filter);
        List<Sum> sums = new ArrayList<>();
        if (range.readsDays(rolled)) {
            String days = sql(SUMS_OF_DAYS, ROLLED, names, filter);
            sums.addAll(
                    ofPast(new Question(days, all(filter, range.ofDays(rolled)), kept), names.size(), filter.fixed));
        }
        if (range.readsCalls(rolled, Integer.MIN_VALUE, yesterday)) {
            Map<String, Object> binds = all(filter, range.ofCalls(rolled, Integer.MIN_VALUE, yesterday));
            sums.addAll(ofPast(new Question(calls, binds, kept), names.size(), filter.fixed));
        }
        if (range.readsCalls(rolled, yesterday + 1, Integer.MAX_VALUE)) {
            Map<String, Object> binds = all(filter, range.ofCalls(rolled, yesterday + 1, Integer.MAX_VALUE));
            sums.addAll(store.read(handle -> read(handle, calls, binds, names.size())));
        }
        return sums;
    }

    private List<Sum> ofPast(Question question, int names, boolean fixed) {
        if (!fixed) {
            return store.read(handle -> read(handle, question.sql, question.binds, names));
        }
        synchronized (past) {
            List<Sum> known = past.get(question);
            if (known != null) {
                return known;
            }
        }
        List<Sum> sums = store.read(handle -> read(handle, question.sql, question.binds, names));
        // Whatever was written late meanwhile may be in them or not.
        if (kept().equals(question.kept)) {
            remember(question, sums);
        }
        return sums;
    }

    private void remember(Question question, List<Sum> sums) {
        synchronized (past) {
            past.keySet().removeIf(other -> !other.kept.equals(question.kept));
            past.put(question, sums);
            int rows = past.values().stream().mapToInt(List::size).sum();
            var oldest = past.values().iterator();
            while (rows > REMEMBERED) {
                rows -= oldest.next().size();
                oldest.remove();
            }
        }
    }

    private static String sql(String sums, Map<String, String> spelled, Set<String> names, Filter filter) {
        String columns = names.stream()
                .map(name -> ", " + spelled.getOrDefault(name, "c." + name))
                .collect(Collectors.joining());
        String positions = IntStream.range(FIRST, FIRST + names.size())
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(", "));
        return sums.replace("<columns>", columns)
                .replace("<where>", filter.where)
                .replace("<by>", names.isEmpty() ? "" : " GROUP BY " + positions);
    }

    private static Map<String, Object> all(Filter filter, Map<String, Object> range) {
        Map<String, Object> binds = new LinkedHashMap<>(filter.binds);
        binds.putAll(range);
        return binds;
    }

    private static List<Sum> read(Handle handle, String sql, Map<String, Object> binds, int names) {
        Query query = handle.createQuery(sql);
        binds.forEach(query::bind);
        return query.map((row, context) -> {
                    List<@Nullable String> named = new ArrayList<>(names);
                    for (int column = FIRST; column < FIRST + names; column++) {
                        named.add(row.getString(column));
                    }
                    return new Sum(
                            named, row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
                })
                .list();
    }
}
