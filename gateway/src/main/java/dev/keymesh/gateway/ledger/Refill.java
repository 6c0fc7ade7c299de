package dev.keymesh.gateway.ledger;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatements;

/**
 * Makes the balance of a budget that counts some providers or models only, when it is set: from the calls that are on the
 * books and the holds that are open, so that it counts its whole window.
 */
final class Refill {
    private static final String SUBTREE = """
            (WITH RECURSIVE part (id) AS (SELECT CAST(:key AS TEXT)
               UNION ALL SELECT k.id FROM part JOIN virtual_key k ON k.parent = part.id)
             SELECT id FROM part)""";

    private Refill() {}

    /** Within a transaction that no batch runs beside. */
    static void of(Handle handle, BalanceKey key) {
        handle.execute(
                "DELETE FROM balance WHERE scope = ? AND provider = ? AND model = ? AND day <> 0",
                key.scope(),
                key.provider(),
                key.model());
        String where = within(key.scope())
                + (key.provider().isEmpty() ? "" : " AND provider = :provider")
                + (key.model().isEmpty() ? "" : " AND model = :model");
        run(handle, key, """
                INSERT INTO balance (scope, provider, model, day, spent, held, requests, held_requests, tokens, held_tokens)
                SELECT :scope, :provider, :model, day, SUM(spent), SUM(held), SUM(requests), SUM(held_requests), SUM(tokens),
                  SUM(held_tokens)
                FROM (
                  SELECT day, COALESCE(cost, 0) AS spent, 0 AS held,
                    CASE WHEN settlement <> 'none' AND corrects IS NULL THEN 1 ELSE 0 END AS requests, 0 AS held_requests,
                    tokens, 0 AS held_tokens
                  FROM call WHERE <where>
                  UNION ALL SELECT day, 0, amount, 0, 1, 0, tokens FROM hold WHERE <where>) AS used
                GROUP BY day""".replace("<where>", where));
    }

    private static void run(Handle handle, BalanceKey key, String sql) {
        String[] parts = key.scope().substring(key.scope().indexOf(':') + 1).split("/", 2);
        handle.createUpdate(sql)
                .configure(SqlStatements.class, statements -> statements.setUnusedBindingAllowed(true))
                .bind("scope", key.scope())
                .bind("provider", key.provider())
                .bind("model", key.model())
                .bind("space", parts[0])
                .bind("workspace", parts.length == 2 ? parts[1] : "")
                .bind("key", parts[0])
                .execute();
    }

    private static String within(String scope) {
        return scope.equals(Scopes.ACCOUNT)
                ? "1 = 1"
                : scope.startsWith("space:")
                        ? "space = :space"
                        : scope.startsWith("workspace:")
                                ? "space = :space AND workspace = :workspace"
                                : "key IN " + SUBTREE;
    }
}
