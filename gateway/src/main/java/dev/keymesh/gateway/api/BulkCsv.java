package dev.keymesh.gateway.api;

import dev.keymesh.sdk.wire.ProblemError;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys to issue as a table: a header line that names the columns, then one key a line. An empty cell names nothing, so the
 * workspace's default stands; {@code none} as a budget's amount or an end is none. Lists are separated by semicolons.
 */
final class BulkCsv {
    private static final String NONE = "none";

    /** The columns, and where in a key's body their cells stand. */
    private static final Map<String, String> COLUMNS = columns();

    private BulkCsv() {}

    private static Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("title", "/title");
        columns.put("workspace", "/workspace");
        columns.put("owner", "/owner");
        columns.put("tags", "/tags");
        columns.put("externalId", "/externalId");
        columns.put("budgetAmount", "/budget/amount");
        columns.put("budgetPeriod", "/budget/period");
        columns.put("expiresAt", "/expiresAt");
        columns.put("allowedModels", "/policy/allowedModels");
        return columns;
    }

    static List<BulkRow> read(byte[] body) {
        List<Csv.Row> rows = Csv.read(body);
        if (rows.isEmpty()) {
            throw Rejection.invalid("line 1", "missing", "must name the columns", "Known are: " + known() + ".");
        }
        List<String> header = header(rows.getFirst());
        return rows.stream().skip(1).map(row -> row(header, row)).toList();
    }

    private static List<String> header(Csv.Row row) {
        for (String name : row.cells()) {
            String place = "line " + row.line() + ": " + name;
            if (!COLUMNS.containsKey(name)) {
                throw Rejection.invalid(
                        place, "unknown_column", "is not a column here", Nearest.fix(name, COLUMNS.keySet()));
            }
            if (row.cells().indexOf(name) != row.cells().lastIndexOf(name)) {
                throw Rejection.invalid(place, "twice", "is there twice", null);
            }
        }
        return row.cells();
    }

    private static BulkRow row(List<String> header, Csv.Row row) {
        String place = "line " + row.line();
        if (row.cells().size() != header.size()) {
            throw Rejection.invalid(
                    place,
                    "invalid_csv",
                    "has " + row.cells().size() + " cells, and the header has " + header.size(),
                    "Put a cell that holds a comma into quotes.");
        }
        Map<String, String> cells = new LinkedHashMap<>();
        for (int i = 0; i < header.size(); i++) {
            if (!row.cells().get(i).isBlank()) {
                cells.put(header.get(i), row.cells().get(i).strip());
            }
        }
        return new BulkRow(key(cells), error -> placed(place, error));
    }

    private static JsonObject key(Map<String, String> cells) {
        JsonObjectBuilder key = Json.createObjectBuilder();
        for (String plain : List.of("title", "workspace", "owner", "externalId")) {
            member(key, plain, cells.get(plain));
        }
        String tags = cells.get("tags");
        if (tags != null) {
            key.add("tags", list(tags));
        }
        String models = cells.get("allowedModels");
        if (models != null) {
            key.add("policy", Json.createObjectBuilder().add("allowedModels", list(models)));
        }
        String end = cells.get("expiresAt");
        if (end != null) {
            key.add("expiresAt", end.equals(NONE) ? JsonValue.NULL : Json.createValue(end));
        }
        if (NONE.equals(cells.get("budgetAmount"))) {
            key.add("budget", JsonValue.NULL);
        } else if (cells.containsKey("budgetAmount") || cells.containsKey("budgetPeriod")) {
            JsonObjectBuilder budget = Json.createObjectBuilder();
            member(budget, "amount", cells.get("budgetAmount"));
            member(budget, "period", cells.get("budgetPeriod"));
            key.add("budget", budget);
        }
        return key.build();
    }

    private static void member(JsonObjectBuilder object, String name, @Nullable String value) {
        if (value != null) {
            object.add(name, value);
        }
    }

    private static JsonArrayBuilder list(String cell) {
        JsonArrayBuilder list = Json.createArrayBuilder();
        for (String item : cell.split(";", -1)) {
            if (!item.isBlank()) {
                list.add(item.strip());
            }
        }
        return list;
    }

    private static ProblemError placed(String line, ProblemError error) {
        String pointer = String.valueOf(error.pointer());
        String column = COLUMNS.entrySet().stream()
                .filter(known -> pointer.equals(known.getValue()) || pointer.startsWith(known.getValue() + "/"))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(pointer);
        return new ProblemError(line + ": " + column, error.code(), error.detail(), error.fix());
    }

    private static String known() {
        return String.join(", ", COLUMNS.keySet());
    }
}
