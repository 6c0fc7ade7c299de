package dev.keymesh.gateway.ledger;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

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
    private static final String END = "DELETE FROM hold WHERE id = ANY (?) RETURNING id, amount, tokens";

    /**
     * Between two vacuums the table of holds is some live rows among thousands of dead ones: a planner that takes it for small
     * reads all of it.
     */
    private static final String BY_INDEX = "SET LOCAL enable_seqscan = off";

    /**
     * One journey to the database instead of four. Each statement sees what was committed before it began, so those after the
     * lock see what the batch before this one wrote.
     */
    private static final String TAKE = String.join(";\n", BY_INDEX, LOCK, READ, BUDGETS, END);

    /**
     * What a batch is decided on.
     *
     * @param limits the budgets of each scope
     * @param ended the holds that were open and are not any more, with what they held
     */
    record Taken(Map<String, List<Limit>> limits, Map<String, Amounts> ended) {}

    /**
     * Locks the scopes, reads their balances and budgets, and ends holds. Called before anything else is done in the
     * transaction.
     *
     * @param first the first day that is needed by itself
     * @param ending the ids of holds
     */
    Taken take(int first, Set<String> ending, Map<String, Balance> balances, Map<BalanceKey, Balance> narrow)
            throws SQLException {
        Taken taken = taken(first, ending, balances, narrow);
        if (taken == null) {
            // Rows that are made while others are locked would be out of order.
            connection.rollback();
            try (var make = connection.prepareStatement(MAKE)) {
                make.setArray(1, names(scopes));
                make.executeUpdate();
            }
            connection.commit();
            taken = taken(first, ending, balances, narrow);
        }
        if (taken == null) {
            throw new SQLException("A balance was deleted while it was taken.");
        }
        return taken;
    }

    /** Null where a scope has no row to lock. */
    private @Nullable Taken taken(
            int first, Set<String> ending, Map<String, Balance> balances, Map<BalanceKey, Balance> narrow)
            throws SQLException {
        try (var statement = connection.prepareStatement(TAKE)) {
            Array names = names(scopes);
            statement.setArray(1, names);
            statement.setInt(2, first - 1);
            statement.setArray(3, names);
            statement.setArray(4, names);
            statement.setArray(5, names(ending));
            var _ = statement.execute();
            if (count(next(statement)) < scopes.size()) {
                return null;
            }
            balances(next(statement), balances, narrow);
            return new Taken(budgets(next(statement)), ended(next(statement)));
        }
    }

    private static ResultSet next(Statement statement) throws SQLException {
        if (!statement.getMoreResults()) {
            throw new SQLException("The database left out an answer.");
        }
        return statement.getResultSet();
    }

    private static int count(ResultSet rows) throws SQLException {
        int count = 0;
        while (rows.next()) {
            count++;
        }
        return count;
    }

    private void balances(ResultSet rows, Map<String, Balance> into, Map<BalanceKey, Balance> narrow)
            throws SQLException {
        scopes.forEach(scope -> into.put(scope, new Balance(BalanceKey.of(scope))));
        while (rows.next()) {
            BalanceKey key = new BalanceKey(rows.getString(1), rows.getString(2), rows.getString(3));
            Balance balance = key.equals(BalanceKey.of(key.scope()))
                    ? java.util.Objects.requireNonNull(into.get(key.scope()))
                    : narrow.computeIfAbsent(key, Balance::new);
            Rows.read(balance.day(rows.getInt(4)), rows, 5);
        }
    }

    private static Map<String, List<Limit>> budgets(ResultSet rows) throws SQLException {
        Map<String, List<Limit>> limits = new HashMap<>();
        while (rows.next()) {
            Limit limit = Limits.row(rows);
            limits.computeIfAbsent(limit.scope(), _ -> new ArrayList<>()).add(limit);
        }
        return limits;
    }

    private static Map<String, Amounts> ended(ResultSet rows) throws SQLException {
        Map<String, Amounts> ended = new HashMap<>();
        while (rows.next()) {
            ended.put(rows.getString(1), new Amounts(rows.getLong(2), 1, rows.getLong(3)));
        }
        return ended;
    }

    /** Lets no batch of any node decide on a scope until the handle's transaction has changed its budgets. */
    static void lock(Handle handle, String scope) {
        handle.execute(MAKE.replace("unnest(?)", "unnest(ARRAY[?])"), scope);
        handle.execute(
                "SELECT scope FROM balance WHERE scope = ? AND provider = '' AND model = '' AND day = 0 FOR UPDATE",
                scope);
    }

    private Array names(Set<String> all) throws SQLException {
        return connection.createArrayOf("text", all.toArray());
    }
}
