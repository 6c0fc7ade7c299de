package dev.keymesh.gateway.access;

import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Conflict;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.Tx;
import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.wire.Policy;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The virtual keys' rows; each change is also in the index when it returns. */
public final class VirtualKeys {
    private static final String COLUMNS = """
            id, space, workspace, title, status, lookup, mac, hint, fields, owner, tags, external_id, uses, policy,
            created_at, updated_at, expires_at, revoked_at""";

    private final Store store;
    private final KeyIndex index;
    private final KeyFormat format;
    private final Pepper pepper;
    private final InstantSource clock;
    private final List<Consumer<VirtualKey>> refusedListeners = new ArrayList<>();

    public VirtualKeys(Store store, KeyIndex index, KeyFormat format, Pepper pepper, InstantSource clock) {
        this.store = store;
        this.index = index;
        this.format = format;
        this.pepper = pepper;
        this.clock = clock;
        store.read(h -> h.createQuery("SELECT " + COLUMNS + " FROM virtual_key")
                        .map((row, context) ->
                                new Row(key(row), Base64.getDecoder().decode(row.getString("mac"))))
                        .list())
                .forEach(row -> index.put(row.key, row.mac));
    }

    /** Told of every key that may no longer call, before the write returns. */
    public void onRefused(Consumer<VirtualKey> listener) {
        refusedListeners.add(listener);
    }

    /**
     * Issues a key; its secret is in the answer and nowhere else.
     *
     * @param also what else the same transaction writes, such as the key's budget
     */
    public Issued issue(Actor actor, NewVirtualKey wanted, Consumer<IssuedTx> also) {
        KeyFormat.Fresh fresh = format.fresh();
        byte[] mac = pepper.mac(fresh.secret());
        Instant now = clock.instant();
        VirtualKey key = new VirtualKey(
                Ids.next("key"),
                wanted.space(),
                wanted.workspace(),
                wanted.title(),
                VirtualKey.ACTIVE,
                fresh.lookup(),
                fresh.hint(),
                wanted.fields(),
                wanted.owner(),
                wanted.tags(),
                wanted.externalId(),
                wanted.uses(),
                wanted.policy(),
                now,
                now,
                wanted.expiresAt(),
                null);
        return store.write(actor, new Act("keys.create", key.id()), tx -> {
            insert(tx, key, mac);
            also.accept(new IssuedTx(tx, key));
            tx.afterCommit(() -> index.put(key, mac));
            return new Issued(key, fresh.secret());
        });
    }

    public Optional<VirtualKey> get(String id) {
        return Optional.ofNullable(index.byId(id));
    }

    /**
     * Newest first.
     *
     * @param before the last id of the page before; null is the first page
     */
    public List<VirtualKey> list(KeyFilter filter, @Nullable String before, int limit) {
        Map<String, Object> binds = new HashMap<>();
        String where = where(filter, before, binds);
        return store.read(h -> {
            Query query = h.createQuery("SELECT " + COLUMNS + " FROM virtual_key k WHERE " + where
                            + " ORDER BY id DESC LIMIT :limit")
                    .bind("limit", limit);
            binds.forEach(query::bind);
            return query.map((row, context) -> key(row)).list();
        });
    }

    /**
     * Changes what may change; the id, the secret and the place stay.
     *
     * @param change gets the row as the transaction sees it: the index follows only after the commit, so a change that was
     *     made from the index could undo a revocation of the same batch
     */
    public VirtualKey update(Actor actor, Act act, String id, UnaryOperator<VirtualKey> change) {
        return store.write(actor, act, tx -> {
            VirtualKey after = change.apply(row(tx, id));
            save(tx, after);
            tx.afterCommit(() -> {
                index.update(after);
                if (!after.status().equals(VirtualKey.ACTIVE)) {
                    refusedListeners.forEach(listener -> listener.accept(after));
                }
            });
            return after;
        });
    }

    /** Final; a second revocation changes nothing. */
    public VirtualKey revoke(Actor actor, String id) {
        return update(
                actor,
                new Act("keys.revoke", id),
                id,
                key -> key.status().equals(VirtualKey.REVOKED)
                        ? key
                        : key.withStatus(VirtualKey.REVOKED, clock.instant()));
    }

    /** Fails with {@link Conflict} when it is revoked. */
    public VirtualKey disable(Actor actor, String id) {
        return update(
                actor,
                new Act("keys.update", id, "{\"status\":\"disabled\"}"),
                id,
                key -> live(key).withStatus(VirtualKey.DISABLED, clock.instant()));
    }

    /** Fails with {@link Conflict} when it is revoked. */
    public VirtualKey enable(Actor actor, String id) {
        return update(
                actor,
                new Act("keys.update", id, "{\"status\":\"active\"}"),
                id,
                key -> live(key).withStatus(VirtualKey.ACTIVE, clock.instant()));
    }

    private static VirtualKey live(VirtualKey key) {
        if (key.status().equals(VirtualKey.REVOKED)) {
            throw new Conflict("The key is revoked, and that is final. Issue a new one.");
        }
        return key;
    }

    private static VirtualKey row(Tx tx, String id) {
        return tx.handle()
                .createQuery("SELECT " + COLUMNS + " FROM virtual_key WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> key(row))
                .one();
    }

    private String where(KeyFilter filter, @Nullable String before, Map<String, Object> binds) {
        List<String> where = new ArrayList<>(List.of("space = :space"));
        binds.put("space", filter.space());
        long now = clock.instant().toEpochMilli();
        if ("expired".equals(filter.status())) {
            where.add("status = 'active' AND expires_at <= " + now);
        } else if (VirtualKey.ACTIVE.equals(filter.status())) {
            where.add("status = 'active' AND (expires_at IS NULL OR expires_at > " + now + ")");
        } else {
            equal(where, binds, "status", filter.status());
        }
        equal(where, binds, "workspace", filter.workspace());
        equal(where, binds, "owner", filter.owner());
        equal(where, binds, "external_id", filter.externalId());
        if (filter.environment() != null) {
            where.add("EXISTS (SELECT 1 FROM workspace w WHERE w.space = k.space AND w.id = k.workspace"
                    + " AND w.environment = :environment)");
            binds.put("environment", filter.environment());
        }
        if (filter.tag() != null) {
            where.add("tags LIKE :tag ESCAPE '!'");
            binds.put("tag", "%" + like(json(filter.tag())) + "%");
        }
        if (filter.q() != null) {
            where.add("(LOWER(title) LIKE :q ESCAPE '!' OR LOWER(owner) LIKE :q ESCAPE '!' OR id = :id)");
            binds.put("q", "%" + like(filter.q().toLowerCase(java.util.Locale.ROOT)) + "%");
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

    private static void equal(List<String> where, Map<String, Object> binds, String column, @Nullable String value) {
        if (value != null) {
            where.add(column + " = :" + column);
            binds.put(column, value);
        }
    }

    private static String like(String text) {
        return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
    }

    private static void insert(Tx tx, VirtualKey key, byte[] mac) {
        tx.handle()
                .createUpdate("""
                        INSERT INTO virtual_key (id, space, workspace, title, status, lookup, mac, pepper, hint, fields,
                          owner, tags, external_id, uses, policy, created_at, updated_at, expires_at, revoked_at)
                        VALUES (:id, :space, :workspace, :title, :status, :lookup, :mac, :pepper, :hint, :fields,
                          :owner, :tags, :externalId, :uses, :policy, :createdAt, :updatedAt, :expiresAt, :revokedAt)""")
                .bindMap(values(key))
                .bind("lookup", key.lookup())
                .bind("mac", Base64.getEncoder().encodeToString(mac))
                .bind("pepper", Pepper.VERSION)
                .bind("hint", key.hint())
                .bind("space", key.space())
                .bind("workspace", key.workspace())
                .bind("createdAt", key.createdAt().toEpochMilli())
                .execute();
    }

    private static void save(Tx tx, VirtualKey key) {
        tx.handle().createUpdate("""
                        UPDATE virtual_key SET title = :title, status = :status, fields = :fields, owner = :owner,
                          tags = :tags, external_id = :externalId, uses = :uses, policy = :policy,
                          updated_at = :updatedAt, expires_at = :expiresAt, revoked_at = :revokedAt
                        WHERE id = :id""").bindMap(values(key)).execute();
    }

    private static Map<String, @Nullable Object> values(VirtualKey key) {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("id", key.id());
        values.put("title", key.title());
        values.put("status", key.status());
        values.put("fields", json(key.fields()));
        values.put("owner", key.owner());
        values.put("tags", json(key.tags()));
        values.put("externalId", key.externalId());
        values.put("uses", json(key.uses()));
        values.put("policy", key.policy() == null ? null : json(key.policy()));
        values.put("updatedAt", key.updatedAt().toEpochMilli());
        values.put("expiresAt", key.expiresAt() == null ? null : key.expiresAt().toEpochMilli());
        values.put("revokedAt", key.revokedAt() == null ? null : key.revokedAt().toEpochMilli());
        return values;
    }

    private static String json(Object value) {
        return new String(Json.toBytes(value), StandardCharsets.UTF_8);
    }

    @SuppressWarnings("unchecked") // the column holds what json() wrote
    private static VirtualKey key(ResultSet row) throws SQLException {
        String policy = row.getString("policy");
        return new VirtualKey(
                row.getString("id"),
                row.getString("space"),
                row.getString("workspace"),
                row.getString("title"),
                row.getString("status"),
                row.getString("lookup"),
                row.getString("hint"),
                read(row.getString("fields"), Map.class),
                row.getString("owner"),
                read(row.getString("tags"), List.class),
                row.getString("external_id"),
                read(row.getString("uses"), List.class),
                policy == null ? null : read(policy, Policy.class),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("updated_at")),
                instant(row, "expires_at"),
                instant(row, "revoked_at"));
    }

    private static <T> T read(String json, Class<T> type) {
        return Json.fromBytes(json.getBytes(StandardCharsets.UTF_8), type);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Row(VirtualKey key, byte[] mac) {}

    /** The transaction that issues a key, for what belongs to the same act. */
    public record IssuedTx(Tx tx, VirtualKey key) {}

    /** A key and its secret, which is shown once. */
    public record Issued(VirtualKey key, String secret) {
        @Override
        public String toString() {
            return "Issued[" + key.id() + "]";
        }
    }
}
