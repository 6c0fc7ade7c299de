package dev.keymesh.gateway.ledger;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A table that batches write rows into, with the columns that a row fills, in their order. */
enum Into {
    HOLD("""
            id text, instance text, kind text, space text, workspace text, key text, provider text, model text,
            operation text, price_version text, amount bigint, tokens bigint, day integer, created_at bigint,
            expires_at bigint""", ""),
    CALL("""
            id text, space text, workspace text, key text, provider text, model text, operation text, status integer,
            upstream_status integer, outcome text, error_code text, stream boolean, input_tokens bigint,
            cached_input_tokens bigint, output_tokens bigint, cost bigint, held bigint, settlement text,
            price_version text, facts text, day integer, started_at bigint, duration_ms bigint, first_byte_ms bigint,
            corrects text, tokens bigint""", "ON CONFLICT (id) DO NOTHING"),
    BALANCE("""
            scope text, provider text, model text, day integer, spent bigint, held bigint, requests bigint,
            held_requests bigint, tokens bigint, held_tokens bigint""", """
            ON CONFLICT (scope, provider, model, day) DO UPDATE SET spent = excluded.spent, held = excluded.held,
              requests = excluded.requests, held_requests = excluded.held_requests, tokens = excluded.tokens,
              held_tokens = excluded.held_tokens""");

    private final String columns;
    private final String known;
    private final int width;

    /**
     * A table of the enum's own name.
     *
     * @param known what is done with a row that is there already
     */
    Into(String columns, String known) {
        this.columns = columns;
        this.known = known;
        width = columns().size();
    }

    /** One row, whose values are bound. */
    String row() {
        return insert("VALUES (" + marks() + ")");
    }

    /** Some rows, whose values are bound one row after the other; those without a first value are none. */
    String rows(int count) {
        List<Column> all = columns();
        String first = all.stream().map(column -> "?::" + column.type).collect(Collectors.joining(","));
        String others = (", (" + marks() + ")").repeat(count - 1);
        return insert("SELECT * FROM (VALUES (" + first + ")" + others + ") AS given (" + names() + ") WHERE given."
                + all.getFirst().name + " IS NOT NULL");
    }

    private String marks() {
        return "?,".repeat(width - 1) + "?";
    }

    private String names() {
        return columns().stream().map(Column::name).collect(Collectors.joining(", "));
    }

    private String insert(String from) {
        return "INSERT INTO " + name().toLowerCase(Locale.ROOT) + " (" + names() + ") " + from + " " + known;
    }

    private List<Column> columns() {
        return Arrays.stream(columns.split(",", -1)).map(Column::of).toList();
    }

    /** How many values a row has. */
    int width() {
        return width;
    }

    /** A column and its type by PostgreSQL's name. */
    private record Column(String name, String type) {
        private static Column of(String text) {
            String[] words = text.strip().split(" ", 2);
            return new Column(words[0], words[1]);
        }
    }
}
