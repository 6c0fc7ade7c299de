package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.Page;
import jakarta.json.JsonException;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbConfig;
import jakarta.json.bind.JsonbException;
import jakarta.json.bind.config.PropertyOrderStrategy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** JSON of the REST API: one cached Jakarta JSON Binding, which writes nulls and keeps the order of components. */
public final class Json {
    // Immutable once built and safe for many threads; building one costs far more than using it.
    private static final Jsonb JSONB = JsonbBuilder.create(new JsonbConfig()
            .withNullValues(true)
            .withSerializers(new RecordSerializer())
            .withPropertyOrderStrategy(PropertyOrderStrategy.ANY));

    // The binding recurses for every level, and its own limit comes after the end of the stack.
    private static final int MAX_DEPTH = 100;

    private Json() {}

    /** The binding itself, for what the methods below do not do. */
    public static Jsonb binding() {
        return JSONB;
    }

    /** A record as UTF-8 JSON. */
    public static byte[] toBytes(Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        JSONB.toJson(value, bytes);
        return bytes.toByteArray();
    }

    /**
     * A record from UTF-8 JSON. It is read as leniently as the binding does: unknown members and text after the object are
     * left out, the fraction of a whole number is cut, {@code 5} is a string where one is expected. Who must refuse
     * these, looks before.
     *
     * @throws JsonbException where the bytes are no JSON object, are nested deeper than 100 levels, or a member cannot be
     *     read as its type
     */
    public static <T> T fromBytes(byte[] json, Class<T> type) {
        return read(json, () -> JSONB.fromJson(new ByteArrayInputStream(json), type));
    }

    /**
     * A page of a list of such records from UTF-8 JSON.
     *
     * @throws JsonbException as in {@link #fromBytes}
     */
    public static <T> Page<T> pageFromBytes(byte[] json, Class<T> item) {
        return read(json, () -> JSONB.fromJson(new ByteArrayInputStream(json), new PageOf(item)));
    }

    private static <T> T read(byte[] json, Supplier<@Nullable T> reading) {
        if (depth(json) > MAX_DEPTH) {
            throw new JsonbException("The JSON is nested deeper than " + MAX_DEPTH + " levels.");
        }
        try {
            T value = reading.get();
            if (value == null) {
                throw new JsonbException("The JSON is null; an object is expected.");
            }
            return value;
        } catch (JsonException e) {
            // The parser's own limits, of depth and of numbers, do not come as the binding's errors.
            throw new JsonbException("The JSON cannot be read.", e);
        }
    }

    /** The deepest nesting of braces and brackets outside of strings. */
    private static int depth(byte[] json) {
        int depth = 0;
        int deepest = 0;
        boolean inString = false;
        for (int i = 0; i < json.length; i++) {
            byte b = json[i];
            if (b == '"') {
                inString = !inString;
            } else if (inString) {
                i += b == '\\' ? 1 : 0;
            } else if (b == '{' || b == '[') {
                deepest = Math.max(deepest, ++depth);
            } else if (b == '}' || b == ']') {
                depth--;
            }
        }
        return deepest;
    }

    private record PageOf(Class<?> item) implements ParameterizedType {
        @Override
        public Type[] getActualTypeArguments() {
            return new Type[] {item};
        }

        @Override
        public Type getRawType() {
            return Page.class;
        }

        @Override
        public @Nullable Type getOwnerType() {
            return null;
        }
    }
}
