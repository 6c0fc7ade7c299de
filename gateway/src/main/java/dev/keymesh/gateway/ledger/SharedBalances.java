package dev.keymesh.gateway.ledger;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.jdbi.v3.core.Handle;

/**
 * The balances of some scopes where several nodes write them. Each scope has a row of day 0, which is its lock: whoever
 * decides on a scope or changes its budgets has it until the commit. They are taken in the order of their names, so two
 * batches that wait for each other cannot be.
 */
record SharedBalances(Connection connection, SortedSet<String> scopes) {
    private static final String LOCK = """
            SELECT scope FROM balance WHERE scope = ANY (?) AND provider = '' AND model = '' AND day = 0
            ORDER BY scope FOR UPDATE""";
    private static final String MAKE = """
            INSERT INTO balance (scope, provider, model, day, spent, held, requests, held_requests, tokens, held_tokens)
            SELECT scope, '', '', 0, 0, 0, 0, 0, 0, 0 FROM unnest(?) AS scope ORDER BY scope
            ON CONFLICT DO NOTHING""";

    /** What is older than the windows of weeks and months counts for totals only, as one day before them. */
    private static final String READ = """
            SELECT scope, provider, model, GREATEST(day, ?) AS day, LEAST(SUM(spent), 9223372036854775807)::bigint,
              LEAST(SUM(held), 9223372036854775807)::bigint, SUM(requests)::bigint, SUM(held_requests)::bigint,
              LEAST(SUM(tokens), 9223372036854775807)::bigint, LEAST(SUM(held_tokens), 9223372036854775807)::bigint
            FROM balance WHERE scope = ANY (?) GROUP BY 1, 2, 3, 4""";

    private static final String BUDGETS = "SELECT * FROM budget WHERE scope = ANY (?)";

    /** Called before anything else is done in the transaction. */
    void lock() throws SQLException {
        if (locked() < scopes.size()) {
            // Rows that are made while others are locked would be out of order.
            connection.rollback();
            try (var make = connection.prepareStatement(MAKE)) {
                make.setArray(1, names());
                make.executeUpdate();
            }
            connection.commit();
            if (locked() < scopes.size()) {
                throw new SQLException("A balance was deleted while it was taken.");
            }
        }
    }

    private int locked() throws SQLException {
        int count = 0;
        try (var statement = connection.prepareStatement(LOCK)) {
            statement.setArray(1, names());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    count++;
                }
            }
        }
        return count;
    }

    /**
     * A statement of its own after the lock: so it sees what the one before committed.
     *
     * @param first the first day that is needed by itself
     * @return the budgets
     */
    Map<String, List<Limit>> read(int first, Map<String, Balance> into, Map<BalanceKey, Balance> narrow)
            throws SQLException {
        scopes.forEach(scope -> into.put(scope, new Balance(BalanceKey.of(scope))));
        try (var statement = connection.prepareStatement(READ)) {
            statement.setInt(1, first - 1);
            statement.setArray(2, names());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    BalanceKey key = new BalanceKey(rows.getString(1), rows.getString(2), rows.getString(3));
                    Balance balance = key.equals(BalanceKey.of(key.scope()))
                            ? java.util.Objects.requireNonNull(into.get(key.scope()))
                            : narrow.computeIfAbsent(key, Balance::new);
                    Rows.read(balance.day(rows.getInt(4)), rows, 5);
                }
            }
        }
        return budgets();
    }

    private Map<String, List<Limit>> budgets() throws SQLException {
        Map<String, List<Limit>> limits = new HashMap<>();
        try (var statement = connection.prepareStatement(BUDGETS)) {
            statement.setArray(1, names());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    Limit limit = Limits.row(rows);
                    limits.computeIfAbsent(limit.scope(), _ -> new ArrayList<>())
                            .add(limit);
                }
            }
        }
        return limits;
    }

    /** Lets no batch of any node decide on a scope until the handle's transaction has changed its budgets. */
    static void lock(Handle handle, String scope) {
        handle.execute(MAKE.replace("unnest(?)", "unnest(ARRAY[?])"), scope);
        handle.execute(
                "SELECT scope FROM balance WHERE scope = ? AND provider = '' AND model = '' AND day = 0 FOR UPDATE",
                scope);
    }

    private Array names() throws SQLException {
        return connection.createArrayOf("text", scopes.toArray());
    }
}
