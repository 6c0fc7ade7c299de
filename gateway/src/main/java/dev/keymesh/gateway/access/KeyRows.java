package dev.keymesh.gateway.access;

import dev.keymesh.gateway.store.Tx;
import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.wire.Policy;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** How a virtual key is a row: its columns, and each statement that writes one. */
final class KeyRows {
    static final String COLUMNS = """
            id, space, workspace, parent, title, status, lookup, mac, hint, fields, owner, tags, external_id, uses, policy,
            created_at, updated_at, expires_at, revoked_at""";

    private KeyRows() {}

    /** The row as the transaction sees it. */
    static VirtualKey row(Tx tx, String id) {
        return tx.handle()
                .createQuery("SELECT " + COLUMNS + " FROM virtual_key WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> key(row))
                .one();
    }

    /** All of them at once: for many, a statement each would hold up the writer. */
    static void insert(Tx tx, List<VirtualKey> keys, List<byte[]> macs) {
        PreparedBatch batch = tx.handle().prepareBatch("""
                        INSERT INTO virtual_key (id, space, workspace, parent, title, status, lookup, mac, pepper, hint, fields,
                          owner, tags, external_id, uses, policy, created_at, updated_at, expires_at, revoked_at)
                        VALUES (:id, :space, :workspace, :parent, :title, :status, :lookup, :mac, :pepper, :hint, :fields,
                          :owner, :tags, :externalId, :uses, :policy, :createdAt, :updatedAt, :expiresAt, :revokedAt)""");
        for (int i = 0; i < keys.size(); i++) {
            VirtualKey key = keys.get(i);
            batch.bindMap(values(key))
                    .bind("lookup", key.lookup())
                    .bind("mac", Base64.getEncoder().encodeToString(macs.get(i)))
                    .bind("pepper", Pepper.VERSION)
                    .bind("hint", key.hint())
                    .bind("space", key.space())
                    .bind("workspace", key.workspace())
                    .bind("parent", key.parent())
                    .bind("createdAt", key.createdAt().toEpochMilli())
                    .add();
        }
        batch.execute();
    }

    static void save(Tx tx, VirtualKey key) {
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

    static String json(Object value) {
        return new String(Json.toBytes(value), StandardCharsets.UTF_8);
    }

    @SuppressWarnings("unchecked") // the column holds what json() wrote
    static VirtualKey key(ResultSet row) throws SQLException {
        String policy = row.getString("policy");
        return new VirtualKey(
                row.getString("id"),
                row.getString("space"),
                row.getString("workspace"),
                row.getString("parent"),
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
                instant(row, row.findColumn("expires_at")),
                instant(row, row.findColumn("revoked_at")));
    }

    private static <T> T read(String json, Class<T> type) {
        return Json.fromBytes(json.getBytes(StandardCharsets.UTF_8), type);
    }

    static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }
}
