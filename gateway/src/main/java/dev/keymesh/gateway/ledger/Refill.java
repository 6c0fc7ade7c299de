package dev.keymesh.gateway.ledger;

import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
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
                "DELETE FROM balance WHERE scope = ? AND provider = ? AND model = ? ",
                key.scope(),
                key.provider(),
                key.model());
        bound(handle.createUpdate("""
                                INSERT INTO balance (scope, provider, model, day, spent, held, requests, held_requests,
                                  tokens, held_tokens)
                                SELECT :scope, :provider, :model, day, SUM(spent), SUM(held), SUM(requests),
                                  SUM(held_requests), SUM(tokens), SUM(held_tokens)
                                FROM (""" + used(key) + ") AS used GROUP BY day"), key)
                .execute();
    }

    /** Says that a balance is not what its calls and holds are, if it is not. */
    static List<String> differs(Handle handle, BalanceKey key) {
        String columns = """
                COALESCE(SUM(spent), 0) || ' nano-dollars, ' || COALESCE(SUM(requests), 0) || ' requests, '
                || COALESCE(SUM(tokens), 0) || ' tokens spent, ' || COALESCE(SUM(held), 0) || ' nano-dollars held'""";
        String says = bound(
                        handle.createQuery("SELECT " + columns
                                + " FROM balance WHERE scope = :scope AND provider = :provider AND model = :model"),
                        key)
                .mapTo(String.class)
                .one();
        String is = bound(handle.createQuery("SELECT " + columns + " FROM (" + used(key) + ") AS used"), key)
                .mapTo(String.class)
                .one();
        return says.equals(is)
                ? List.of()
                : List.of("The balance of " + key.scope() + " for provider '" + key.provider() + "' and model '"
                        + key.model() + "' says " + says + ", and its calls and holds are " + is + ".");
    }

    /** What was spent and is held, by day. */
    private static String used(BalanceKey key) {
        String where = within(key.scope())
                + (key.provider().isEmpty() ? "" : " AND provider = :provider")
                + (key.model().isEmpty() ? "" : " AND model = :model");
        return """
                  SELECT day, COALESCE(cost, 0) AS spent, 0 AS held,
                    <charged> AS requests, 0 AS held_requests,
                    tokens, 0 AS held_tokens
                  FROM call WHERE day > (SELECT rolled FROM keeping WHERE id = 1) AND <where>
                  UNION ALL SELECT day, cost, 0, charged_requests, 0, tokens, 0 FROM usage_day
                    WHERE day <= (SELECT rolled FROM keeping WHERE id = 1) AND <where>
                  UNION ALL SELECT day, 0, amount, 0, 1, 0, tokens FROM hold WHERE <where>""".replace("<where>", where).replace("<charged>", RollUp.CHARGED);
    }

    private static <S extends SqlStatement<S>> S bound(S statement, BalanceKey key) {
        String[] parts = key.scope().substring(key.scope().indexOf(':') + 1).split("/", 2);
        return statement
                .configure(SqlStatements.class, statements -> statements.setUnusedBindingAllowed(true))
                .bind("scope", key.scope())
                .bind("provider", key.provider())
                .bind("model", key.model())
                .bind("space", parts[0])
                .bind("workspace", parts.length == 2 ? parts[1] : "")
                .bind("key", parts[0]);
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
