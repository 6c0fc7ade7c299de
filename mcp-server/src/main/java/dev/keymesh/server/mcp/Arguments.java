package dev.keymesh.server.mcp;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The check of a call's arguments against its tool's schema, which uses {@code type properties required
 * additionalProperties items enum anyOf pattern minimum maximum minItems maxItems maxLength} of JSON Schema and no more. A
 * schema without a type takes anything.
 */
final class Arguments {
    private Arguments() {}

    /** What is wrong first, with its pointer, as a sentence; null where nothing is. */
    static @Nullable String fault(JsonObject schema, JsonValue value) {
        return fault(schema, value, "");
    }

    private static @Nullable String fault(JsonObject schema, JsonValue value, String at) {
        if (schema.containsKey("type") && !is(schema.getString("type"), value)) {
            return says(at, "must be " + schema.getString("type"));
        }
        if (schema.containsKey("anyOf")) {
            List<JsonObject> branches = schema.getJsonArray("anyOf").getValuesAs(JsonObject.class);
            return branches.stream().anyMatch(branch -> fault(branch, value, at) == null)
                    ? null
                    : fault(branches.getFirst(), value, at);
        }
        return switch (value) {
            case JsonObject object -> ofObject(schema, object, at);
            case JsonArray array -> ofArray(schema, array, at);
            case JsonString string -> ofText(schema, string.getString(), at);
            case JsonNumber number -> ofNumber(schema, number.bigDecimalValue(), at);
            default -> null;
        };
    }

    private static @Nullable String ofObject(JsonObject schema, JsonObject object, String at) {
        JsonObject properties =
                schema.containsKey("properties") ? schema.getJsonObject("properties") : JsonValue.EMPTY_JSON_OBJECT;
        if (schema.containsKey("required")) {
            for (JsonString name : schema.getJsonArray("required").getValuesAs(JsonString.class)) {
                if (!object.containsKey(name.getString())) {
                    return says(at + "/" + name.getString(), "is missing");
                }
            }
        }
        boolean closed = !schema.getBoolean("additionalProperties", true);
        for (String name : object.keySet()) {
            JsonObject known = properties.getJsonObject(name);
            if (known == null && closed) {
                return says(
                        at + "/" + PlainText.clean(name, 64),
                        "is not known; known are " + String.join(", ", properties.keySet()));
            }
            String fault = known == null ? null : fault(known, object.get(name), at + "/" + name);
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    private static @Nullable String ofArray(JsonObject schema, JsonArray array, String at) {
        if (array.size() < schema.getInt("minItems", 0)) {
            return says(at, "must have at least " + schema.getInt("minItems") + " items");
        }
        if (array.size() > schema.getInt("maxItems", Integer.MAX_VALUE)) {
            return says(at, "must have at most " + schema.getInt("maxItems") + " items");
        }
        JsonObject items = schema.getJsonObject("items");
        for (int i = 0; items != null && i < array.size(); i++) {
            String fault = fault(items, array.get(i), at + "/" + i);
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    private static @Nullable String ofText(JsonObject schema, String text, String at) {
        if (text.length() > schema.getInt("maxLength", Integer.MAX_VALUE)) {
            return says(at, "must have at most " + schema.getInt("maxLength") + " characters");
        }
        if (schema.containsKey("pattern") && !text.matches(schema.getString("pattern"))) {
            return says(at, "must match " + schema.getString("pattern"));
        }
        if (schema.containsKey("enum")) {
            List<String> known = schema.getJsonArray("enum").getValuesAs(JsonString::getString);
            return known.contains(text) ? null : says(at, "must be one of " + String.join(", ", known));
        }
        return null;
    }

    private static @Nullable String ofNumber(JsonObject schema, BigDecimal number, String at) {
        JsonNumber least = schema.getJsonNumber("minimum");
        JsonNumber most = schema.getJsonNumber("maximum");
        if (least != null && number.compareTo(least.bigDecimalValue()) < 0) {
            return says(at, "must be at least " + least);
        }
        return most != null && number.compareTo(most.bigDecimalValue()) > 0
                ? says(at, "must be at most " + most)
                : null;
    }

    private static boolean is(String type, JsonValue value) {
        return switch (type) {
            case "object" -> value instanceof JsonObject;
            case "array" -> value instanceof JsonArray;
            case "string" -> value instanceof JsonString;
            case "integer" -> value instanceof JsonNumber number && whole(number.bigDecimalValue());
            case "number" -> value instanceof JsonNumber;
            case "boolean" -> JsonValue.TRUE.equals(value) || JsonValue.FALSE.equals(value);
            case "null" -> JsonValue.NULL.equals(value);
            default -> throw new IllegalStateException("A tool's schema has the type " + type + ".");
        };
    }

    /** Judged by its scale: a number may be too long to write out. */
    private static boolean whole(BigDecimal number) {
        return number.scale() <= 0
                || (number.precision() < 100 && number.stripTrailingZeros().scale() <= 0);
    }

    private static String says(String at, String what) {
        return (at.isEmpty()
                        ? "The arguments"
                        : at.chars().filter(c -> c == '/').count() == 1 ? "'" + at.substring(1) + "'" : "'" + at + "'")
                + " " + what + ".";
    }

    /** The names of a tool's arguments, for a sentence. */
    static String names(JsonObject schema) {
        return schema.getJsonObject("properties").keySet().stream().collect(Collectors.joining(", "));
    }
}
