package dev.keymesh.gateway.provider;

import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** Whose the objects are that providers keep. A workspace shares its own; what is another's is as if it were not there. */
public final class ProviderObjects {
    private final Store store;

    public ProviderObjects(Store store) {
        this.store = store;
    }

    /**
     * Writes one down, in a transaction with what else belongs to it.
     *
     * @return false where another of its id is there, which stays as it is
     */
    public boolean add(Tx tx, ProviderObject object) {
        int added = bound(tx.handle().createUpdate("""
                        INSERT INTO provider_object (provider, id, kind, space, workspace, key, facts, unsettled, created_at)
                        VALUES (:provider, :id, :kind, :space, :workspace, :key, :facts, :unsettled, :createdAt)
                        ON CONFLICT (provider, id) DO NOTHING"""), object)
                .bind("unsettled", object.unsettled())
                .execute();
        return added == 1 || isWritten(tx.handle(), object);
    }

    /** A commit that nobody heard of may have written it. */
    private static boolean isWritten(Handle handle, ProviderObject object) {
        return bound(handle.createQuery("""
                        SELECT COUNT(*) FROM provider_object
                        WHERE provider = :provider AND id = :id AND kind = :kind AND space = :space
                          AND workspace = :workspace AND key = :key AND facts = :facts AND created_at = :createdAt"""), object).mapTo(Long.class).one() == 1;
    }

    private static <S extends SqlStatement<S>> S bound(S statement, ProviderObject object) {
        return statement
                .bind("provider", object.provider())
                .bind("id", object.id())
                .bind("kind", object.kind().wire())
                .bind("space", object.space())
                .bind("workspace", object.workspace())
                .bind("key", object.key())
                .bind("facts", object.facts())
                .bind("createdAt", object.createdAt().toEpochMilli());
    }

    /** The same by itself; it is durable when this returns. */
    public boolean add(ProviderObject object) {
        return store.maintain(tx -> add(tx, object));
    }

    /** The one of an id, where it belongs to the workspace. */
    public Optional<ProviderObject> find(ObjectKind kind, String id, String space, String workspace) {
        return store.read(h -> h.createQuery("""
                        SELECT * FROM provider_object
                        WHERE id = :id AND kind = :kind AND space = :space AND workspace = :workspace""")
                .bind("id", id)
                .bind("kind", kind.wire())
                .bind("space", space)
                .bind("workspace", workspace)
                .map((row, context) -> object(row))
                .findFirst());
    }

    /** The ids of all that a workspace has at a provider. */
    public Set<String> ids(ObjectKind kind, String provider, String space, String workspace) {
        return store.read(h -> new HashSet<>(h.createQuery("""
                        SELECT id FROM provider_object
                        WHERE kind = :kind AND provider = :provider AND space = :space AND workspace = :workspace""")
                .bind("kind", kind.wire())
                .bind("provider", provider)
                .bind("space", space)
                .bind("workspace", workspace)
                .mapTo(String.class)
                .list()));
    }

    /** The batches of all workspaces whose cost is not known yet, oldest first. */
    public List<ProviderObject> unsettled() {
        return store.read(h -> h.createQuery("SELECT * FROM provider_object WHERE unsettled ORDER BY created_at, id")
                .map((row, context) -> object(row))
                .list());
    }

    /** The cost of a batch is known: what it was to be settled by is not needed any more. */
    public void settled(ProviderObject batch) {
        store.maintain(tx -> execute(
                tx.handle(),
                "UPDATE provider_object SET unsettled = FALSE, facts = '" + ProviderObject.NO_FACTS
                        + "' WHERE provider = ? AND id = ?",
                batch));
    }

    /** The provider does not keep it any more. */
    public void remove(ProviderObject object) {
        store.maintain(tx -> execute(tx.handle(), "DELETE FROM provider_object WHERE provider = ? AND id = ?", object));
    }

    private static int execute(Handle handle, String sql, ProviderObject object) {
        return handle.execute(sql, object.provider(), object.id());
    }

    private static ProviderObject object(ResultSet row) throws SQLException {
        return new ProviderObject(
                row.getString("provider"),
                row.getString("id"),
                ObjectKind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                row.getString("space"),
                row.getString("workspace"),
                row.getString("key"),
                row.getString("facts"),
                row.getBoolean("unsettled"),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }
}
