package dev.keymesh.gateway.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows that are kept back and then written by one statement of PostgreSQL, for each journey to it takes its time. */
final class Together {
    /** Rows of a table in one statement: there are as many statements as there are mixtures of counts. */
    private static final int MOST = 32;

    private final Connection connection;
    private final Map<Into, Queue<@Nullable Object[]>> rows = new EnumMap<>(Into.class);
    /** By how many rows each writes; few, for their counts are powers of two. */
    private final Map<Map<Into, Integer>, PreparedStatement> statements = new HashMap<>();

    Together(Connection connection) {
        this.connection = connection;
    }

    void add(Into into, @Nullable Object[] row) {
        rows.computeIfAbsent(into, _ -> new ArrayDeque<>()).add(row);
    }

    void write() throws SQLException {
        while (!rows.isEmpty()) {
            some();
        }
    }

    private void some() throws SQLException {
        Map<Into, Integer> counts = new EnumMap<>(Into.class);
        rows.forEach((into, waiting) -> counts.put(into, powerOfTwo(Math.min(waiting.size(), MOST))));
        PreparedStatement statement = statement(counts);
        int calls = 0;
        int position = 1;
        for (var entry : counts.entrySet()) {
            Queue<@Nullable Object[]> waiting = rows.getOrDefault(entry.getKey(), new ArrayDeque<>());
            calls += entry.getKey() == Into.CALL ? Math.min(entry.getValue(), waiting.size()) : 0;
            @Nullable Object[] none = new @Nullable Object[entry.getKey().width()];
            for (int row = 0; row < entry.getValue(); row++) {
                for (Object value : waiting.isEmpty() ? none : waiting.remove()) {
                    statement.setObject(position++, value);
                }
            }
        }
        rows.values().removeIf(Queue::isEmpty);
        try (var written = statement.executeQuery()) {
            if (!written.next() || written.getInt(1) != calls) {
                throw new SQLException("A call of this batch is on the books already.");
            }
        }
    }

    private static int powerOfTwo(int atLeast) {
        return atLeast == 1 ? 1 : Integer.highestOneBit(atLeast - 1) << 1;
    }

    private PreparedStatement statement(Map<Into, Integer> counts) throws SQLException {
        PreparedStatement known = statements.get(counts);
        if (known == null) {
            String parts = counts.entrySet().stream()
                    .map(entry -> entry.getKey() + "_ AS (" + entry.getKey().rows(entry.getValue()) + " RETURNING 1)")
                    .collect(Collectors.joining(",\n"));
            known = connection.prepareStatement("WITH " + parts + "\nSELECT "
                    + (counts.containsKey(Into.CALL) ? "COUNT(*) FROM " + Into.CALL + "_" : "0"));
            statements.put(Map.copyOf(counts), known);
        }
        return known;
    }
}
