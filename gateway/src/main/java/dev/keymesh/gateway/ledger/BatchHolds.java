package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The holds of batches: they outlive the process that took them, and end when the vendor's batch has. */
public final class BatchHolds {
    private static final String OPEN = """
            SELECT id, space, workspace, key, provider, model, operation, price_version, amount, tokens, day, created_at
            FROM hold WHERE kind = 'batch' AND\s""";

    private final Store store;
    private final Decisions decisions;

    BatchHolds(Store store, Decisions decisions) {
        this.store = store;
        this.decisions = decisions;
    }

    /**
     * One that is open.
     *
     * @param startedAt when it was taken
     */
    public record Open(
            Hold hold,
            String provider,
            String model,
            String operation,
            @Nullable String priceVersion,
            Instant startedAt) {}

    /** Lets a hold outlive its process, in the transaction that writes down which batch it is for. */
    public void keep(Tx tx, Hold hold, Instant until) {
        tx.handle()
                .execute(
                        "UPDATE hold SET kind = 'batch', expires_at = ? WHERE id = ?", until.toEpochMilli(), hold.id());
        tx.afterCommit(() -> decisions.keeps(hold));
    }

    /** The one of an id, unless it is settled. */
    public Optional<Open> find(String id) {
        return store.read(handle -> handle.createQuery(OPEN + "id = :id")
                .bind("id", id)
                .map((row, context) -> open(handle, row))
                .findOne());
    }

    /** Those that should have ended: their batches are not known, or their vendors have not told of an end. */
    public List<Open> expired(Instant now) {
        return store.read(handle -> handle.createQuery(OPEN + "expires_at < :now")
                .bind("now", now.toEpochMilli())
                .map((row, context) -> open(handle, row))
                .list());
    }

    private static Open open(Handle handle, ResultSet row) throws SQLException {
        String key = row.getString("key");
        Hold hold = new Hold(
                row.getString("id"),
                Scopes.of(row.getString("space"), row.getString("workspace"), Orphans.parents(handle, key), key),
                row.getString("provider"),
                row.getString("model"),
                new Amounts(row.getLong("amount"), 1, row.getLong("tokens")),
                row.getInt("day"));
        hold.keep();
        return new Open(
                hold,
                row.getString("provider"),
                row.getString("model"),
                row.getString("operation"),
                row.getString("price_version"),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }
}
