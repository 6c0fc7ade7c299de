package dev.keymesh.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.store.Store;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a database says of holds, calls and balances, read after each event and compared with the {@link Model}. */
record LedgerRows(
        Map<String, Model.Entry> holds,
        Map<String, Model.Entry> calls,
        Map<String, String> balances,
        Set<String> told) {

    static LedgerRows of(Store store) {
        return store.read(handle -> {
            try {
                return read(handle.getConnection());
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static LedgerRows read(Connection connection) throws SQLException {
        LedgerRows rows =
                new LedgerRows(new LinkedHashMap<>(), new LinkedHashMap<>(), new TreeMap<>(), new TreeSet<>());
        each(
                connection,
                "SELECT id, key, provider, model, day, amount, 1, tokens FROM hold",
                row -> rows.holds.put(row.getString(1), entry(row)));
        each(connection, """
                SELECT id, key, provider, model, day, COALESCE(cost, 0),
                  CASE WHEN settlement <> 'none' AND corrects IS NULL THEN 1 ELSE 0 END, tokens FROM call""", row -> rows.calls.put(row.getString(1), entry(row)));
        each(connection, """
                SELECT scope, provider, model, day, spent, held, requests, held_requests, tokens, held_tokens
                FROM balance""", row -> {
            List<String> amounts = new ArrayList<>();
            for (int column = 5; column <= 10; column++) {
                amounts.add(row.getString(column));
            }
            if (!amounts.stream().allMatch("0"::equals)) {
                var key = new BalanceKey(row.getString(1), row.getString(2), row.getString(3));
                rows.balances.put(key + " " + row.getInt(4), String.join(" ", amounts));
            }
        });
        each(connection, "SELECT scope, provider, model, unit, period, day, threshold FROM budget_threshold", row -> {
            var id = new Limit.Id(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    Unit.of(row.getString(4)).orElseThrow(),
                    Period.of(row.getString(5)).orElseThrow());
            rows.told.add(id + " " + row.getInt(6) + " " + row.getInt(7));
        });
        return rows;
    }

    private static Model.Entry entry(ResultSet row) throws SQLException {
        String key = row.getString(2);
        Scopes scopes = LedgerRun.CHAINS.stream()
                .filter(chain -> chain.key().equals(key))
                .findFirst()
                .orElseThrow();
        return new Model.Entry(
                scopes,
                row.getString(3),
                row.getString(4),
                row.getInt(5),
                new Amounts(row.getLong(6), row.getLong(7), row.getLong(8)));
    }

    void check(Model model) {
        assertThat(holds).as("the holds").isEqualTo(model.holds);
        assertThat(calls).as("the calls").isEqualTo(model.charges);
        assertThat(told).as("the thresholds that were told").isEqualTo(model.told);
        Set<String> narrow = model.limits.values().stream()
                .filter(Limit::narrow)
                .map(limit -> limit.balance().toString())
                .collect(Collectors.toSet());
        Map<String, String> kept = new TreeMap<>(balances);
        // The balance of a narrow budget that was unset is nobody's; the next one like it makes it anew.
        kept.keySet()
                .removeIf(key -> !key.contains("provider=, model=]")
                        && !narrow.contains(key.substring(0, key.lastIndexOf(' '))));
        assertThat(kept).as("I2, I5: the balances").isEqualTo(sums(model));
    }

    /** What the balances must be, by the rows of calls and holds. */
    private Map<String, String> sums(Model model) {
        Map<String, long[]> sums = new HashMap<>();
        calls.values().forEach(call -> add(sums, model, call, 0));
        holds.values().forEach(hold -> add(sums, model, hold, 1));
        Map<String, String> lines = new TreeMap<>();
        sums.forEach((key, sum) -> {
            if (Arrays.stream(sum).anyMatch(one -> one != 0)) {
                lines.put(key, Arrays.stream(sum).mapToObj(String::valueOf).collect(Collectors.joining(" ")));
            }
        });
        return lines;
    }

    private static void add(Map<String, long[]> sums, Model model, Model.Entry entry, int column) {
        Set<BalanceKey> keys = entry.scopes().all().stream().map(BalanceKey::of).collect(Collectors.toSet());
        model.on(entry).forEach(limit -> keys.add(limit.balance()));
        for (BalanceKey key : keys) {
            long[] sum = sums.computeIfAbsent(key + " " + entry.day(), _ -> new long[6]);
            sum[column] += entry.amounts().nanos();
            sum[column + 2] += entry.amounts().requests();
            sum[column + 4] += entry.amounts().tokens();
        }
    }

    private static void each(Connection connection, String sql, Read read) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                read.row(rows);
            }
        }
    }

    private interface Read {
        void row(ResultSet row) throws SQLException;
    }
}
