package dev.keymesh.server.cli;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which members of JSON objects are shown to people, by their paths such as {@code actor.type}, and how. */
final class Columns {
    private final List<String> paths;

    private Columns(List<String> paths) {
        this.paths = paths;
    }

    static Columns of(String... paths) {
        return new Columns(List.of(paths));
    }

    List<String> heads() {
        return paths.stream().map(Columns::head).toList();
    }

    List<String> of(JsonObject object) {
        return paths.stream().map(path -> text(object, path)).toList();
    }

    /** What stands at a path, for a person: none is a dash, times have whole seconds. */
    static String text(JsonObject object, String path) {
        JsonValue value = object;
        for (String name : path.split("\\.", -1)) {
            value = value instanceof JsonObject inner ? inner.getOrDefault(name, JsonValue.NULL) : JsonValue.NULL;
        }
        return text(value);
    }

    static String text(JsonValue value) {
        return switch (value) {
            case JsonString string -> printable(string.getString());
            case JsonArray array when array.isEmpty() -> "none";
            case JsonArray array -> array.stream().map(Columns::text).collect(Collectors.joining(","));
            case JsonObject object -> printable(object.toString());
            default -> value.getValueType() == JsonValue.ValueType.NULL ? "-" : value.toString();
        };
    }

    /** Without what would steer the terminal: names are written by others. */
    static String printable(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?")
                .replaceFirst("^(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)\\.\\d+Z$", "$1Z");
    }

    /** {@code actor.externalId} is EXTERNAL ID. */
    static String head(String path) {
        return path.substring(path.lastIndexOf('.') + 1)
                .replaceAll("([a-z])([A-Z])", "$1 $2")
                .toUpperCase(Locale.ROOT);
    }
}
