package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.Fields;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Records with random members; every member that can be null sometimes is. */
final class Samples {
    private final Random random;
    private int nulls;
    private int values;

    Samples(long seed) {
        random = new Random(seed);
    }

    int nulls() {
        return nulls;
    }

    int values() {
        return values;
    }

    <T extends Record> T record(Class<T> type) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] members = Arrays.stream(components)
                .map(component -> member(component.getGenericType()))
                .toArray();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(members);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type.getName(), e);
        }
    }

    private @Nullable Object member(Type type) {
        boolean primitive = type instanceof Class<?> plain && plain.isPrimitive();
        if (!primitive && random.nextInt(3) == 0) {
            nulls++;
            return null;
        }
        values++;
        return value(type);
    }

    private Object value(Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == Map.class ? object() : list(generic.getActualTypeArguments()[0]);
        }
        if (type == String.class) {
            return "text \"\\\u00e9\n" + random.nextInt(100);
        }
        if (type == long.class || type == Long.class) {
            return random.nextLong();
        }
        if (type == int.class || type == Integer.class) {
            return random.nextInt();
        }
        if (type == boolean.class || type == Boolean.class) {
            return random.nextBoolean();
        }
        if (type == Instant.class) {
            return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
        }
        if (type == Fields.class) {
            return Fields.of(object());
        }
        return record(((Class<?>) type).asSubclass(Record.class));
    }

    private List<Object> list(Type item) {
        return IntStream.range(0, random.nextInt(3))
                .mapToObj(index -> value(item))
                .toList();
    }

    // Numbers of an object of unknown shape are read as decimals.
    private Map<String, Object> object() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("tier", "gold");
        object.put("none", null);
        object.put("seats", new BigDecimal(random.nextInt(100)));
        object.put("share", new BigDecimal("0.1"));
        object.put("beta", true);
        object.put("models", List.of("a", "b"));
        object.put("nested", Map.of("deep", List.of(Map.of())));
        return object;
    }
}
