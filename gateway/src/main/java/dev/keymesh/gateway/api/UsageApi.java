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
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Usage: {@code /api/v1/usage}, grouped as asked, of the calls that reached a provider. */
public final class UsageApi implements Resource {
    private static final Set<String> GROUPS =
            Set.of("key", "model", "day", "provider", "workspace", "owner", "tag", "externalId", "hour");
    /** What the key says now, not when it called. */
    private static final Set<String> OF_THE_KEY = Set.of("owner", "tag", "externalId");

    private static final Comparator<@Nullable String> NAME = Comparator.nullsFirst(Comparator.naturalOrder());
    private static final Comparator<UsageSums.Sum> BY_NAMES = (one, other) -> {
        int order = 0;
        for (int i = 0; order == 0 && i < one.names().size(); i++) {
            order = NAME.compare(one.names().get(i), other.names().get(i));
        }
        return order;
    };

    private static final String SUBTREE = """
            c.key IN (WITH RECURSIVE tree (id) AS (
              SELECT id FROM virtual_key WHERE id = :self
              UNION ALL SELECT child.id FROM virtual_key child JOIN tree ON child.parent = tree.id)
              SELECT id FROM tree)""";

    private final VirtualKeys keys;
    private final Store store;
    private final UsageSums sums;
    private final InstantSource clock;

    public UsageApi(VirtualKeys keys, Store store, InstantSource clock) {
        this.keys = keys;
        this.store = store;
        sums = new UsageSums(store, clock);
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
        UsageSums.Kept kept = sums.kept();
        UsageRange range = range(call, groups.contains("hour"), kept.pruned());
        // A key's subtree is what it is now.
        UsageSums.Filter filter = new UsageSums.Filter(
                where.stream().map(" AND "::concat).collect(Collectors.joining()), binds, call.virtual() == null);
        List<UsageRow> rows = rows(groups, sums.of(needed(groups), filter, range, kept));
        return call.request().header("accept").startsWith("text/csv")
                ? UsageCsv.of(groups, rows)
                : ApiResponse.ok(Page.last(rows));
    }

    private UsageRange range(Call call, boolean byHour, int pruned) {
        Instant given = call.instant("start");
        Instant end = call.instant("end");
        Instant complete = startOf(LocalDate.ofEpochDay(pruned + 1L));
        Instant month =
                startOf(clock.instant().atZone(ZoneOffset.UTC).toLocalDate().withDayOfMonth(1));
        Instant usual = byHour && month.isBefore(complete) ? complete : month;
        UsageRange range = new UsageRange(given == null ? usual : given, end, byHour);
        if (range.isGone(pruned)) {
            throw Rejection.malformed("Before " + complete + " calls are deleted and usage is kept by UTC day only:"
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

    /** What must be read: what a key says is known by the key. */
    private static Set<String> needed(Set<String> groups) {
        Set<String> needed = new LinkedHashSet<>();
        groups.forEach(group -> needed.add(OF_THE_KEY.contains(group) ? "key" : group));
        return needed;
    }

    private List<UsageRow> rows(Set<String> groups, List<UsageSums.Sum> read) {
        List<String> asked = List.copyOf(groups);
        List<String> needed = List.copyOf(needed(groups));
        Map<List<@Nullable String>, UsageSums.Sum> named = new HashMap<>();
        for (UsageSums.Sum sum : read) {
            for (List<@Nullable String> names : names(groups, needed, sum.names())) {
                named.merge(names, sum.named(names), UsageSums.Sum::plus);
            }
        }
        return named.values().stream()
                .sorted(BY_NAMES)
                .map(sum -> row(asked, sum))
                .toList();
    }

    /** What a sum is named by; a key with several tags counts for each of them. */
    private List<List<@Nullable String>> names(Set<String> groups, List<String> needed, List<@Nullable String> read) {
        int place = needed.indexOf("key");
        String id = place < 0 ? null : read.get(place);
        VirtualKey key = id == null ? null : keys.own(id).orElse(null);
        Set<String> tags = groups.contains("tag") && key != null ? Set.copyOf(key.tags()) : Set.of();
        List<List<@Nullable String>> all = new ArrayList<>();
        for (String tag : tags.isEmpty() ? Set.of("") : tags) {
            List<@Nullable String> names = new ArrayList<>(groups.size());
            for (String group : groups) {
                names.add(
                        switch (group) {
                            case "owner" -> key == null ? null : key.owner();
                            case "externalId" -> key == null ? null : key.externalId();
                            case "tag" -> tags.isEmpty() ? null : tag;
                            default -> text(group, read.get(needed.indexOf(group)));
                        });
            }
            all.add(names);
        }
        return all;
    }

    private static UsageRow row(List<String> groups, UsageSums.Sum sum) {
        Map<String, @Nullable String> by = new HashMap<>();
        for (int i = 0; i < groups.size(); i++) {
            by.put(groups.get(i), sum.names().get(i));
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
                sum.requests(),
                sum.input(),
                sum.cachedInput(),
                sum.output(),
                Usd.format(sum.cost()),
                "USD");
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
                if (!GROUPS.contains(group)) {
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
