package dev.keymesh.gateway.api;

import dev.keymesh.sdk.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonMergePatch;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.bind.JsonbException;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParserFactory;
import java.io.ByteArrayInputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads bodies strictly: an unknown member or a wrong type is refused with its place, for a typo must not open a policy. */
public final class Bodies {
    private static final JsonParserFactory PARSERS = jakarta.json.Json.createParserFactory(Map.of());
    private static final JsonReaderFactory READERS = jakarta.json.Json.createReaderFactory(
            Map.of(jakarta.json.JsonConfig.KEY_STRATEGY, jakarta.json.JsonConfig.KeyStrategy.NONE));

    private Bodies() {}

    static <T extends Record> T read(byte[] body, Class<T> type) {
        return bind(object(body), type);
    }

    /** A merge patch (RFC 7396) on what there is: absent keeps, null clears. */
    static <T extends Record> T patch(byte[] body, T current, Class<T> type) {
        JsonObject patch = object(body);
        check(patch, type, "");
        JsonMergePatch merge = jakarta.json.Json.createMergePatch(patch);
        JsonObject before = object(Json.toBytes(current));
        return bind(merge.apply(before).asJsonObject(), type);
    }

    /** Whether a text is what a body must be: one JSON object, with each member once and no text after it. */
    public static boolean isObject(byte[] text) {
        try {
            var _ = object(text);
            return true;
        } catch (Rejection e) {
            return false;
        }
    }

    static JsonObject object(byte[] body) {
        JsonObject object = null;
        try (JsonReader reader = READERS.createReader(new ByteArrayInputStream(body), StandardCharsets.UTF_8)) {
            if (reader.readValue() instanceof JsonObject read && endsWithIt(body)) {
                object = read;
            }
        } catch (RuntimeException e) {
            // The same answer as for what is no object; the parser's own limits come as plain runtime exceptions.
        }
        if (object != null) {
            Plain.check(object, "");
            return object;
        }
        throw Rejection.malformed("The body must be one JSON object, with each member once and no text after it.");
    }

    /** The reader stops at the object's end and does not look further. */
    private static boolean endsWithIt(byte[] body) {
        try (JsonParser parser = PARSERS.createParser(new ByteArrayInputStream(body), StandardCharsets.UTF_8)) {
            parser.next();
            parser.skipObject();
            return !parser.hasNext();
        }
    }

    /** An object that was read as a part of a body. */
    static <T extends Record> T bind(JsonObject object, Class<T> type) {
        check(object, type, "");
        try {
            return Json.fromBytes(object.toString().getBytes(StandardCharsets.UTF_8), type);
        } catch (JsonbException e) {
            throw Rejection.malformed("The body is nested deeper than 100 levels or holds a number that is too long.");
        }
    }

    /** Refuses any member. */
    static void empty(byte[] body) {
        check(object(body), Empty.class, "");
    }

    private record Empty() {}

    /** Whether a member was written at all, if only as null. */
    static boolean has(byte[] body, String pointer) {
        return jakarta.json.Json.createPointer(pointer).containsValue(object(body));
    }

    private static void check(JsonObject object, Class<?> type, String at) {
        Map<String, RecordComponent> known = Arrays.stream(type.getRecordComponents())
                .collect(Collectors.toMap(RecordComponent::getName, component -> component));
        object.forEach((name, value) -> {
            String pointer = at + "/" + jakarta.json.Json.encodePointer(name);
            RecordComponent component = known.get(name);
            if (component == null) {
                throw Rejection.invalid(
                        pointer, "unknown_member", "is not a member here", Nearest.fix(name, known.keySet()));
            }
            value(value, component.getGenericType(), pointer);
        });
    }

    private static void value(JsonValue value, Type type, String pointer) {
        if (value.getValueType() == JsonValue.ValueType.NULL) {
            return;
        }
        String wanted = mismatch(value, type, pointer);
        if (wanted != null) {
            throw Rejection.invalid(pointer, "wrong_type", "must be " + wanted, null);
        }
    }

    /** What the value must be, when it is not that. */
    private static @Nullable String mismatch(JsonValue value, Type type, String pointer) {
        if (type instanceof ParameterizedType generic) {
            return parameterized(value, generic, pointer);
        }
        Class<?> wanted = (Class<?>) type;
        if (wanted == String.class) {
            return value instanceof JsonString ? null : "a string";
        }
        if (wanted == Instant.class) {
            return instant(value) ? null : "an instant such as \"2026-12-01T00:00:00Z\"";
        }
        if (wanted == Boolean.class || wanted == boolean.class) {
            boolean flag = value.getValueType() == JsonValue.ValueType.TRUE
                    || value.getValueType() == JsonValue.ValueType.FALSE;
            return flag ? null : "true or false";
        }
        if (wanted == Long.class || wanted == long.class) {
            return whole(value) ? null : "an integer";
        }
        if (wanted == Integer.class || wanted == int.class) {
            boolean small = whole(value) && Math.abs(((JsonNumber) value).longValue()) <= Integer.MAX_VALUE;
            return small ? null : "an integer";
        }
        if (wanted.isRecord()) {
            if (value instanceof JsonObject object) {
                check(object, wanted, pointer);
                return null;
            }
            return "an object";
        }
        return value instanceof JsonObject ? null : "an object";
    }

    private static @Nullable String parameterized(JsonValue value, ParameterizedType generic, String pointer) {
        if (generic.getRawType() == List.class) {
            if (!(value instanceof JsonArray array)) {
                return "a list";
            }
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i).getValueType() == JsonValue.ValueType.NULL) {
                    throw Rejection.invalid(pointer + "/" + i, "wrong_type", "must not be null", null);
                }
                value(array.get(i), generic.getActualTypeArguments()[0], pointer + "/" + i);
            }
            return null;
        }
        return value instanceof JsonObject ? null : "an object";
    }

    private static boolean whole(JsonValue value) {
        if (!(value instanceof JsonNumber number) || !number.isIntegral()) {
            return false;
        }
        try {
            number.longValueExact();
            return !number.toString().contains(".")
                    && !number.toString().toLowerCase(java.util.Locale.ROOT).contains("e");
        } catch (ArithmeticException e) {
            return false;
        }
    }

    private static boolean instant(JsonValue value) {
        if (!(value instanceof JsonString text)) {
            return false;
        }
        return Instants.read(text.getString()) != null;
    }
}
