package dev.keymesh.gateway.api;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.math.BigDecimal;

/** Refuses what is JSON and yet not every database and client can keep: NUL, half a character, numbers past a double. */
final class Plain {
    private static final int LONGEST_NUMBER = 400;

    private Plain() {}

    /**
     * Looks at a value and at all in it.
     *
     * @throws Rejection 422 with the place
     */
    static void check(JsonValue value, String pointer) {
        switch (value) {
            case JsonObject object ->
                object.forEach((name, member) -> {
                    String place = pointer + "/" + jakarta.json.Json.encodePointer(name);
                    text(name, pointer);
                    check(member, place);
                });
            case JsonArray array -> {
                for (int i = 0; i < array.size(); i++) {
                    check(array.get(i), pointer + "/" + i);
                }
            }
            case JsonString string -> text(string.getString(), pointer);
            case JsonNumber number -> number(number, pointer);
            default -> {
                // true, false and null
            }
        }
    }

    private static void text(String text, String pointer) {
        boolean whole = text.codePoints()
                .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
        if (!whole) {
            throw Rejection.invalid(
                    pointer, "invalid_character", "holds NUL or half of a surrogate pair", "Take it out.");
        }
    }

    private static void number(JsonNumber number, String pointer) {
        BigDecimal value = number.bigDecimalValue();
        if (value.precision() > LONGEST_NUMBER || Double.isInfinite(value.doubleValue())) {
            throw Rejection.invalid(pointer, "out_of_range", "is a number that no double can hold", null);
        }
    }
}
