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
    private static final String LOCK =
            "SELECT scope FROM balance WHERE scope = ANY (?) AND day = 0 ORDER BY scope FOR UPDATE";
    private static final String MAKE = """
            INSERT INTO balance (scope, day, spent, held) SELECT scope, 0, 0, 0 FROM unnest(?) AS scope ORDER BY scope
            ON CONFLICT DO NOTHING""";

    /** What is older than the windows of weeks and months counts for totals only, as one day before them. */
    private static final String READ = """
            SELECT scope, NULL AS period, GREATEST(day, ?) AS day, LEAST(SUM(spent), 9223372036854775807)::bigint,
              LEAST(SUM(held), 9223372036854775807)::bigint
            FROM balance WHERE scope = ANY (?) GROUP BY 1, 3
            UNION ALL SELECT scope, period, 0, amount, 0 FROM budget WHERE scope = ANY (?)""";

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
    Map<String, List<Limit>> read(int first, Map<String, Balance> into) throws SQLException {
        scopes.forEach(scope -> into.put(scope, new Balance(scope)));
        Map<String, List<Limit>> limits = new HashMap<>();
        try (var statement = connection.prepareStatement(READ)) {
            statement.setInt(1, first - 1);
            statement.setArray(2, names());
            statement.setArray(3, names());
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    String scope = rows.getString(1);
                    String period = rows.getString(2);
                    long amount = rows.getLong(4);
                    if (period == null) {
                        java.util.Objects.requireNonNull(into.get(scope)).load(rows.getInt(3), amount, rows.getLong(5));
                    } else if (rows.getObject(4) != null) {
                        limits.computeIfAbsent(scope, _ -> new ArrayList<>())
                                .add(new Limit(scope, Period.of(period).orElseThrow(), amount));
                    }
                }
            }
        }
        return limits;
    }

    /** Lets no batch of any node decide on a scope until the handle's transaction has changed its budgets. */
    static void lock(Handle handle, String scope) {
        handle.execute(MAKE.replace("unnest(?)", "unnest(ARRAY[?])"), scope);
        handle.execute("SELECT scope FROM balance WHERE scope = ? AND day = 0 FOR UPDATE", scope);
    }

    private Array names() throws SQLException {
        return connection.createArrayOf("text", scopes.toArray());
    }
}
