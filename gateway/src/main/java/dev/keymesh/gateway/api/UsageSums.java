package dev.keymesh.gateway.api;

import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Store;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
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
 * Sums what calls used: of days that are rolled up from their roll-up, of all others from the calls. What does not change is
 * remembered: of rolled-up days until something is written late or another day is rolled up, both of which the database
 * counts; of the calls that came before this hour and the last as long as they are as many, for none is ever changed.
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
    /** Rows that are remembered, of all questions together. */
    private static final int REMEMBERED = 10_000;
    /** Sorts behind all ids of calls. */
    private static final String LAST = "req_z";

    private final Store store;
    private final InstantSource clock;
    private final Map<Question, Answer> known = new LinkedHashMap<>(16, 0.75f, true);

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

    private record Question(String sql, Map<String, Object> binds) {}

    /** What was answered, and what was counted before it was read: where that is the same, so is the answer. */
    private record Answer(Object counted, List<Sum> sums) {}

    Kept kept() {
        return store.read(Kept::of);
    }

    /** Sums by the names; those that are read from different places are apart. */
    List<Sum> of(Set<String> names, Filter filter, UsageRange range, Kept kept) {
        List<Sum> sums = new ArrayList<>();
        if (range.readsDays(kept.rolled)) {
            Question days =
                    new Question(sql(SUMS_OF_DAYS, ROLLED, names, filter), all(filter, range.ofDays(kept.rolled)));
            sums.addAll(filter.fixed ? remembered(days, kept, names.size()) : read(days, names.size()));
        }
        if (range.readsCalls(kept.rolled)) {
            String floor = range.floor(kept.rolled);
            String recent = Ids.floor(
                    "req", clock.instant().truncatedTo(ChronoUnit.HOURS).minus(1, ChronoUnit.HOURS));
            boolean remembers = filter.fixed && floor.compareTo(recent) < 0;
            String sql = sql(SUMS_OF_CALLS, CALLS, names, filter);
            Map<String, Object> binds = all(filter, range.ofCalls(kept.rolled));
            if (remembers) {
                long count = store.read(handle -> count(handle, floor, recent));
                sums.addAll(remembered(between(sql, binds, floor, recent), count, names.size()));
            }
            sums.addAll(read(between(sql, binds, remembers ? recent : floor, LAST), names.size()));
        }
        return sums;
    }

    private static Question between(String sql, Map<String, Object> binds, String floor, String ceiling) {
        Map<String, Object> all = new LinkedHashMap<>(binds);
        all.put("floor", floor);
        all.put("ceiling", ceiling);
        return new Question(sql, all);
    }

    private static long count(Handle handle, String floor, String ceiling) {
        return handle.createQuery("SELECT COUNT(*) FROM call WHERE id >= :floor AND id < :ceiling")
                .bind("floor", floor)
                .bind("ceiling", ceiling)
                .mapTo(Long.class)
                .one();
    }

    private List<Sum> remembered(Question question, Object counted, int names) {
        synchronized (known) {
            Answer answer = known.get(question);
            if (answer != null && answer.counted.equals(counted)) {
                return answer.sums;
            }
        }
        List<Sum> sums = read(question, names);
        remember(question, new Answer(counted, sums));
        return sums;
    }

    private void remember(Question question, Answer answer) {
        synchronized (known) {
            known.put(question, answer);
            int rows = known.values().stream().mapToInt(one -> one.sums.size()).sum();
            var oldest = known.values().iterator();
            while (rows > REMEMBERED) {
                rows -= oldest.next().sums.size();
                oldest.remove();
            }
        }
    }

    private List<Sum> read(Question question, int names) {
        return store.read(handle -> read(handle, question.sql, question.binds, names));
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
