package dev.keymesh.server.mcp;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;

/**
 * Text that users stored, as data for a model: without control and invisible formatting characters, which could hide
 * instructions from the person who reads along, and no longer than needed.
 */
final class PlainText {
    private PlainText() {}

    /** The same JSON with every text and name cleaned and cut to so many characters. */
    static JsonValue clean(JsonValue value, int longest) {
        return switch (value) {
            case JsonObject object -> object(object, longest);
            case JsonArray array -> {
                JsonArrayBuilder cleaned = Json.createArrayBuilder();
                array.forEach(item -> cleaned.add(clean(item, longest)));
                yield cleaned.build();
            }
            case JsonString string -> Json.createValue(clean(string.getString(), longest));
            default -> value;
        };
    }

    static JsonObject object(JsonObject object, int longest) {
        JsonObjectBuilder cleaned = Json.createObjectBuilder();
        object.forEach((name, value) -> cleaned.add(clean(name, longest), clean(value, longest)));
        return cleaned.build();
    }

    static String clean(String text, int longest) {
        StringBuilder cleaned = new StringBuilder(Math.min(text.length(), longest));
        int[] points =
                text.codePoints().filter(PlainText::shown).limit(longest + 1L).toArray();
        for (int i = 0; i < Math.min(points.length, longest); i++) {
            cleaned.appendCodePoint(points[i]);
        }
        return points.length > longest ? cleaned.append("…").toString() : cleaned.toString();
    }

    private static boolean shown(int point) {
        if (point == '\n' || point == '\t') {
            return true;
        }
        int type = Character.getType(point);
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.PRIVATE_USE
                && type != Character.UNASSIGNED;
    }
}
