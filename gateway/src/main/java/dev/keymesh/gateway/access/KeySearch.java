package dev.keymesh.gateway.access;

import dev.keymesh.gateway.store.Store;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Looks for keys by what is written on them and by their use. */
final class KeySearch {
    private final Store store;
    private final InstantSource clock;

    KeySearch(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    List<VirtualKey> list(KeyFilter filter, @Nullable String before, int limit) {
        Map<String, Object> binds = new HashMap<>();
        String where = where(filter, before, binds);
        return store.read(h -> {
            Query query = h.createQuery("SELECT " + KeyRows.COLUMNS + " FROM virtual_key k WHERE " + where
                            + " ORDER BY id DESC LIMIT :limit")
                    .bind("limit", limit);
            binds.forEach(query::bind);
            return query.map((row, context) -> KeyRows.key(row)).list();
        });
    }

    Map<String, Instant> lastUses(List<VirtualKey> of) {
        if (of.isEmpty()) {
            return Map.of();
        }
        Map<String, Instant> uses = new HashMap<>();
        store.read(h -> h.createQuery("""
                        SELECT k.id, (SELECT c.started_at FROM call c WHERE c.key = k.id ORDER BY c.id DESC LIMIT 1)
                        FROM virtual_key k WHERE k.id IN (<ids>)""")
                        .bindList("ids", of.stream().map(VirtualKey::id).toList())
                        .map((row, context) -> new Use(row.getString(1), KeyRows.instant(row, 2)))
                        .list())
                .forEach(use -> {
                    if (use.at != null) {
                        uses.put(use.key, use.at);
                    }
                });
        return uses;
    }

    private String where(KeyFilter filter, @Nullable String before, Map<String, Object> binds) {
        List<String> where = new ArrayList<>(List.of("space = :space"));
        binds.put("space", filter.space());
        if (filter.status() != null) {
            where.add(stands(filter.status()));
        }
        equal(where, binds, "workspace", filter.workspace());
        equal(where, binds, "parent", filter.parent());
        equal(where, binds, "owner", filter.owner());
        equal(where, binds, "external_id", filter.externalId());
        if (filter.environment() != null) {
            where.add("EXISTS (SELECT 1 FROM workspace w WHERE w.space = k.space AND w.id = k.workspace"
                    + " AND w.environment = :environment)");
            binds.put("environment", filter.environment());
        }
        if (filter.tag() != null) {
            where.add("tags LIKE :tag ESCAPE '!'");
            binds.put("tag", "%" + like(KeyRows.json(filter.tag())) + "%");
        }
        if (filter.q() != null) {
            where.add("(LOWER(title) LIKE :q ESCAPE '!' OR LOWER(owner) LIKE :q ESCAPE '!' OR id = :id)");
            binds.put("q", "%" + like(filter.q().toLowerCase(Locale.ROOT)) + "%");
            binds.put("id", filter.q());
        }
        if (filter.expiresBefore() != null) {
            where.add("expires_at < :expiresBefore");
            binds.put("expiresBefore", filter.expiresBefore().toEpochMilli());
        }
        if (filter.lastUsedBefore() != null) {
            where.add("NOT EXISTS (SELECT 1 FROM call c WHERE c.key = k.id AND c.started_at >= :lastUsedBefore)");
            binds.put("lastUsedBefore", filter.lastUsedBefore().toEpochMilli());
        }
        if (before != null) {
            where.add("id < :before");
            binds.put("before", before);
        }
        return String.join(" AND ", where);
    }

    /** A key stands as the worst of itself and its parents does: revoked, then disabled, then expired. */
    private String stands(String status) {
        String revoked = below("status = 'revoked'");
        String disabled = below("status = 'disabled'");
        String expired = below("expires_at <= " + clock.instant().toEpochMilli());
        return switch (status) {
            case VirtualKey.REVOKED -> revoked;
            case VirtualKey.DISABLED -> "NOT " + revoked + " AND " + disabled;
            case "expired" -> "NOT " + revoked + " AND NOT " + disabled + " AND " + expired;
            default -> "NOT " + revoked + " AND NOT " + disabled + " AND NOT " + expired;
        };
    }

    /** The keys for which it holds, and what is below them. */
    private static String below(String condition) {
        return """
                k.id IN (WITH RECURSIVE tree (id) AS (
                  SELECT id FROM virtual_key WHERE space = :space AND <condition>
                  UNION SELECT child.id FROM virtual_key child JOIN tree ON child.parent = tree.id)
                  SELECT id FROM tree)""".replace("<condition>", condition);
    }

    private static void equal(List<String> where, Map<String, Object> binds, String column, @Nullable String value) {
        if (value != null) {
            where.add(column + " = :" + column);
            binds.put(column, value);
        }
    }

    private static String like(String text) {
        return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
    }

    private record Use(String key, @Nullable Instant at) {}
}
