package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads single values of a request; what is not exactly of the kind that is asked for is {@link Unreadable}. */
final class Scalars {
    private Scalars() {}

    static boolean bool(JsonToken value, String param) {
        return switch (value) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw new Unreadable(param, "'" + param + "' must be true or false.");
        };
    }

    /** A JSON integer from 1 to 2^31-1; null where JSON says null. Never read as anything else: 1e400 and 2^63 wrap. */
    static @Nullable Integer count(JsonParser parser, JsonToken value, String param) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        if (value == JsonToken.VALUE_NUMBER_INT && parser.getTextLength() <= 10) {
            long number = parser.getLongValue();
            if (number >= 1 && number <= Integer.MAX_VALUE) {
                return (int) number;
            }
        }
        throw new Unreadable(param, "'" + param + "' must be an integer from 1 to 2147483647.");
    }

    /** A string; null where JSON says null. */
    static @Nullable String text(JsonParser parser, JsonToken value, String param) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        if (value != JsonToken.VALUE_STRING) {
            throw new Unreadable(param, "'" + param + "' must be a string.");
        }
        return parser.getText();
    }

    static String modelName(JsonParser parser, JsonToken value, String param) throws IOException {
        if (value != JsonToken.VALUE_STRING) {
            throw new Unreadable(param, "'" + param + "' must be a string.");
        }
        return checkedModel(parser.getText(), param);
    }

    static String checkedModel(String name, String param) {
        if (!ModelIds.isId(name)) {
            throw new Unreadable(param, "'" + param + "' must be 1 to 128 characters of A-Z a-z 0-9 . _ : / @ -.");
        }
        return name;
    }

    static void strings(JsonParser parser, JsonToken value, String param, Consumer<String> each) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        if (value != JsonToken.START_ARRAY) {
            throw new Unreadable(param, "'" + param + "' must be a list of strings.");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw new Unreadable(param, "'" + param + "' must be a list of strings.");
            }
            each.accept(parser.getText());
        }
    }
}
