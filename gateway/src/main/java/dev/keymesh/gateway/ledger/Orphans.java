package dev.keymesh.gateway.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * The holds that dead instances left: a request was written and no answer's head came back, so they settle at the hold,
 * {@code unknown}.
 */
final class Orphans {
    /** Tells the record of such a hold from what its own process may write of the call later. */
    static final String ERROR = "process_ended";

    private Orphans() {}

    /** Those whose instance is no node any more. A hold of a batch outlives its process. */
    static List<LedgerCommand.Settle> find(Handle handle, Instant now) {
        return handle.createQuery("""
                        SELECT id, space, workspace, key, provider, model, operation, price_version, amount, tokens, day, created_at
                        FROM hold WHERE kind = 'call' AND instance NOT IN (SELECT instance FROM node)""")
                .map((row, context) -> settle(row, parents(handle, row.getString("key")), now))
                .list();
    }

    private static LedgerCommand.Settle settle(ResultSet row, List<String> parents, Instant now) throws SQLException {
        Scopes scopes = Scopes.of(row.getString("space"), row.getString("workspace"), parents, row.getString("key"));
        long amount = row.getLong("amount");
        Instant started = Instant.ofEpochMilli(row.getLong("created_at"));
        Hold hold = new Hold(
                row.getString("id"),
                scopes,
                row.getString("provider"),
                row.getString("model"),
                new Amounts(amount, 1, row.getLong("tokens")),
                row.getInt("day"));
        CallRecord call = new CallRecord(
                hold.id(),
                scopes,
                row.getString("provider"),
                row.getString("model"),
                row.getString("operation"),
                0,
                null,
                "failed",
                ERROR,
                false,
                0,
                0,
                0,
                amount,
                "unknown",
                row.getString("price_version"),
                null,
                started,
                now.toEpochMilli() - started.toEpochMilli(),
                null);
        return new LedgerCommand.Settle(hold, call);
    }

    /** The keys that a key is a part of, outermost first. */
    static List<String> parents(Handle handle, String key) {
        return new ArrayList<>(
                handle.createQuery("""
                        WITH RECURSIVE link (id, depth) AS (
                          SELECT parent, 1 FROM virtual_key WHERE id = :key
                          UNION ALL SELECT k.parent, link.depth + 1 FROM link JOIN virtual_key k ON k.id = link.id)
                        SELECT id FROM link WHERE id IS NOT NULL ORDER BY depth DESC""").bind("key", key).mapTo(String.class).list());
    }
}
