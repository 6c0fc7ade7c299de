package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.VirtualKey;
import dev.keymesh.gateway.access.VirtualKeys;
import dev.keymesh.gateway.price.Usd;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.UsageRow;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Usage: {@code /api/v1/usage}, grouped as asked, of the calls that reached a provider. */
public final class UsageApi implements Resource {
    /** What a row is named by, of the sums of both tables. */
    private static final Map<String, String> COLUMNS = Map.of(
            "key", "c.key",
            "model", "c.model",
            "day", "c.day",
            "provider", "c.provider",
            "workspace", "c.workspace",
            "owner", "k.owner",
            "tag", "t.value",
            "externalId", "k.external_id",
            "hour", "c.hour");
    /** What the key says now, not when it called. */
    private static final Set<String> OF_THE_KEY = Set.of("owner", "tag", "externalId");

    /** What is read for it from days that are rolled up, which know no hour; the rest is read as it is named. */
    private static final Map<String, String> ROLLED = Map.of(
            "model",
            "NULLIF(c.model, '') AS model",
            "workspace",
            "c.space || '/' || c.workspace AS workspace",
            "hour",
            "CAST(NULL AS BIGINT) AS hour");

    /** The key is an expression, so that SQLite does not read all calls in the order of keys to group those of few days. */
    private static final Map<String, String> CALLS = Map.of(
            "key",
            "c.key || '' AS key",
            "workspace",
            "c.space || '/' || c.workspace AS workspace",
            "hour",
            "c.started_at / 3600000 AS hour");

    /**
     * One statement, so that no day is read twice or not at all while it is rolled up. Each table is summed by itself: sums
     * of what both gave would be made of every row's copy.
     */
    private static final String SOURCE =
            """
            SELECT SUM(c.requests) AS requests, SUM(c.input_tokens) AS input_tokens,
              SUM(c.cached_input_tokens) AS cached_input_tokens, SUM(c.output_tokens) AS output_tokens, SUM(c.cost) AS cost<of days>
            FROM usage_day c WHERE <rolled><where><by>
            UNION ALL
            SELECT SUM(CASE WHEN c.outcome = 'correction' THEN 0 ELSE 1 END), SUM(c.input_tokens),
              SUM(c.cached_input_tokens), SUM(c.output_tokens), SUM(COALESCE(c.cost, 0))<of calls>
            FROM call c WHERE <calls><where><by>""".replace("<rolled>", UsageRange.ROLLED).replace("<calls>", UsageRange.CALLS);

    /** The column after the sums. */
    private static final int FIRST = 6;

    private static final String SUBTREE = """
            c.key IN (WITH RECURSIVE tree (id) AS (
              SELECT id FROM virtual_key WHERE id = :self
              UNION ALL SELECT child.id FROM virtual_key child JOIN tree ON child.parent = tree.id)
              SELECT id FROM tree)""";

    private final VirtualKeys keys;
    private final Store store;
    private final InstantSource clock;

    public UsageApi(VirtualKeys keys, Store store, InstantSource clock) {
        this.keys = keys;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.shared("GET", "/api/v1/usage", "usage.read", this::usage)
                .taking("groupBy", "start", "end", "key", "workspace")
                .narrowing());
    }

    private ApiResponse usage(Call call) {
        Set<String> groups = groups(call.asked("groupBy"));
        Map<String, Object> binds = new HashMap<>();
        List<String> where = new ArrayList<>();
        reached(call, where, binds);
        String key = call.asked("key");
        if (key != null) {
            where.add("c.key = :key");
            binds.put("key", key);
        }
        if (call.asked("workspace") != null) {
            where.add("c.space || '/' || c.workspace = :workspace");
            binds.put("workspace", call.asked("workspace"));
        }
        store.barrier();
        Kept kept = store.read(Kept::of);
        range(call, groups.contains("hour"), kept).bind(kept.rolled, binds);
        List<UsageRow> rows = rows(groups, where.stream().map(" AND "::concat).collect(Collectors.joining()), binds);
        return call.request().header("accept").startsWith("text/csv")
                ? UsageCsv.of(groups, rows)
                : ApiResponse.ok(Page.last(rows));
    }

    /** Days since 1970: through {@code rolled} usage is kept by day, through {@code pruned} calls may be deleted. */
    private record Kept(int rolled, int pruned) {
        static Kept of(Handle handle) {
            return handle.createQuery("SELECT rolled, pruned FROM keeping WHERE id = 1")
                    .map((row, context) -> new Kept(row.getInt(1), row.getInt(2)))
                    .one();
        }

        Instant complete() {
            return startOf(LocalDate.ofEpochDay(pruned + 1L));
        }
    }

    private UsageRange range(Call call, boolean byHour, Kept kept) {
        Instant given = call.instant("start");
        Instant end = call.instant("end");
        Instant month =
                startOf(clock.instant().atZone(ZoneOffset.UTC).toLocalDate().withDayOfMonth(1));
        Instant usual = byHour && month.isBefore(kept.complete()) ? kept.complete() : month;
        UsageRange range = new UsageRange(given == null ? usual : given, end, byHour);
        if (range.isGone(kept.pruned)) {
            throw Rejection.malformed(
                    "Before " + kept.complete() + " calls are deleted and usage is kept by UTC day only:"
                            + " let 'start' and 'end' be at midnight UTC and do not group by hour, or ask from then on.");
        }
        return range;
    }

    /** A virtual key reads its subtree; a management key of one space, that space. */
    private void reached(Call call, List<String> where, Map<String, Object> binds) {
        VirtualKey self = call.virtual();
        if (self != null) {
            String key = call.asked("key");
            if (key != null && !keys.isWithin(key, self.id())) {
                throw Rejection.forbidden("usage.read");
            }
            where.add(SUBTREE);
            binds.put("self", self.id());
        } else if (call.onlySpace() != null) {
            where.add("c.space = :space");
            binds.put("space", call.onlySpace());
        }
    }

    private List<UsageRow> rows(Set<String> groups, String where, Map<String, Object> binds) {
        StringBuilder select = new StringBuilder(
                "SELECT COALESCE(SUM(c.requests), 0), COALESCE(SUM(c.input_tokens), 0),"
                        + " COALESCE(SUM(c.cached_input_tokens), 0), COALESCE(SUM(c.output_tokens), 0), COALESCE(SUM(c.cost), 0)");
        groups.forEach(group -> select.append(", ").append(COLUMNS.get(group)));
        select.append(" FROM (").append(source(groups, where)).append(") AS c");
        if (!Collections.disjoint(groups, OF_THE_KEY)) {
            select.append(" LEFT JOIN virtual_key k ON k.id = c.key");
        }
        if (groups.contains("tag")) {
            select.append(" LEFT JOIN ").append(store.eachText("k.tags")).append(" t ON TRUE");
        }
        String positions = positions(groups.size());
        if (!groups.isEmpty()) {
            select.append(" GROUP BY ").append(positions).append(" ORDER BY ").append(positions);
        }
        return store.read(h -> {
            Query query = h.createQuery(select.toString());
            binds.forEach(query::bind);
            return query.map((row, context) -> {
                        Map<String, @Nullable String> by = new HashMap<>();
                        int column = FIRST;
                        for (String group : groups) {
                            by.put(group, text(group, row.getString(column++)));
                        }
                        return new UsageRow(
                                by.get("key"),
                                by.get("model"),
                                by.get("day"),
                                by.get("provider"),
                                by.get("workspace"),
                                by.get("owner"),
                                by.get("tag"),
                                by.get("hour"),
                                by.get("externalId"),
                                row.getLong(1),
                                row.getLong(2),
                                row.getLong(3),
                                row.getLong(4),
                                Usd.format(row.getLong(5)),
                                "USD");
                    })
                    .list();
        });
    }

    /** Both tables, each summed by what the groups need of it. */
    private static String source(Set<String> groups, String where) {
        Set<String> needed = new LinkedHashSet<>();
        groups.forEach(group -> needed.add(OF_THE_KEY.contains(group) ? "key" : group));
        return SOURCE.replace("<where>", where)
                .replace("<of days>", columns(needed, ROLLED))
                .replace("<of calls>", columns(needed, CALLS))
                .replace("<by>", needed.isEmpty() ? "" : " GROUP BY " + positions(needed.size()));
    }

    private static String columns(Set<String> needed, Map<String, String> spelled) {
        return needed.stream()
                .map(name -> ", " + spelled.getOrDefault(name, "c." + name))
                .collect(Collectors.joining());
    }

    /** Those of so many columns after the sums. */
    private static String positions(int count) {
        return IntStream.rangeClosed(FIRST, FIRST + count - 1)
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(", "));
    }

    private static @Nullable String text(String group, @Nullable String value) {
        if (value == null) {
            return null;
        }
        return switch (group) {
            case "day" -> LocalDate.ofEpochDay(Long.parseLong(value)).toString();
            case "hour" -> Instant.ofEpochSecond(Long.parseLong(value) * 3_600L).toString();
            default -> value;
        };
    }

    private static Set<String> groups(@Nullable String groupBy) {
        Set<String> groups = new LinkedHashSet<>();
        if (groupBy != null) {
            for (String group : groupBy.split(",", -1)) {
                if (!COLUMNS.containsKey(group)) {
                    throw Rejection.malformed(
                            "'groupBy' is any of key, model, day, provider, workspace, owner, tag, externalId, hour.");
                }
                groups.add(group);
            }
        }
        return groups;
    }

    private static Instant startOf(LocalDate day) {
        return day.atStartOfDay().toInstant(ZoneOffset.UTC);
    }
}
