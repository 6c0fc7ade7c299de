package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.Page;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbConfig;
import jakarta.json.bind.config.PropertyOrderStrategy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** JSON of the REST API: one cached Jakarta JSON Binding, which writes nulls and keeps the order of components. */
public final class Json {
    // Immutable once built and safe for many threads; building one costs far more than using it.
    private static final Jsonb JSONB = JsonbBuilder.create(new JsonbConfig()
            .withNullValues(true)
            .withSerializers(new RecordSerializer())
            .withPropertyOrderStrategy(PropertyOrderStrategy.ANY));

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
     * A record from UTF-8 JSON; members that it does not know are left out.
     *
     * @throws jakarta.json.bind.JsonbException where the bytes are no JSON or a member has another type
     */
    public static <T> T fromBytes(byte[] json, Class<T> type) {
        return JSONB.fromJson(new ByteArrayInputStream(json), type);
    }

    /**
     * A page of a list of such records from UTF-8 JSON.
     *
     * @throws jakarta.json.bind.JsonbException as in {@link #fromBytes}
     */
    public static <T> Page<T> pageFromBytes(byte[] json, Class<T> item) {
        return JSONB.fromJson(new ByteArrayInputStream(json), new PageOf(item));
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
