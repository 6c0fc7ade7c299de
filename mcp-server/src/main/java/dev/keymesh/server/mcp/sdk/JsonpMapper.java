package dev.keymesh.server.mcp.sdk;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.keymesh.server.mcp.JsonText;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The SDK's wire records over Jakarta JSON Processing: reads the few of Jackson's annotations that they carry, so that
 * Jackson itself is not needed. What does not fit a record is the caller's mistake, a JSON-RPC error -32602.
 */
final class JsonpMapper implements McpJsonMapper {
    private final Map<Class<?>, Executable> creators = new ConcurrentHashMap<>();

    @Override
    public <T> T readValue(String json, Class<T> type) {
        return convertValue(parsed(json), type);
    }

    @Override
    public <T> T readValue(byte[] json, Class<T> type) {
        return readValue(new String(json, StandardCharsets.UTF_8), type);
    }

    @Override
    public <T> T readValue(String json, TypeRef<T> type) {
        return convertValue(parsed(json), type);
    }

    @Override
    public <T> T readValue(byte[] json, TypeRef<T> type) {
        return readValue(new String(json, StandardCharsets.UTF_8), type);
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // null stays null, as with the SDK's own mappers
    public <T> T convertValue(@Nullable Object value, Class<T> type) {
        return (T) read(write(value), type, "params");
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // null stays null, as with the SDK's own mappers
    public <T> T convertValue(@Nullable Object value, TypeRef<T> type) {
        return (T) read(write(value), type.getType(), "params");
    }

    @Override
    public String writeValueAsString(Object value) {
        return write(value).toString();
    }

    @Override
    public byte[] writeValueAsBytes(Object value) {
        return writeValueAsString(value).getBytes(StandardCharsets.UTF_8);
    }

    private static JsonValue parsed(String json) {
        try {
            return JsonText.read(json);
        } catch (JsonException e) {
            throw unfit("The text", "JSON");
        }
    }

    /** A record, a collection or a plain value as JSON; what is null in a record is left out. */
    JsonValue write(@Nullable Object value) {
        return switch (value) {
            case null -> JsonValue.NULL;
            case JsonValue json -> json;
            case String text -> Json.createValue(text);
            case Boolean bool -> bool ? JsonValue.TRUE : JsonValue.FALSE;
            case Integer number -> Json.createValue(number);
            case Long number -> Json.createValue(number);
            case BigInteger number -> Json.createValue(number);
            case BigDecimal number -> Json.createValue(number);
            case Number number -> Json.createValue(number.doubleValue());
            case Enum<?> constant -> Json.createValue(wireName(constant));
            case Map<?, ?> map -> {
                JsonObjectBuilder object = Json.createObjectBuilder();
                map.forEach((name, item) -> object.add(String.valueOf(name), write(item)));
                yield object.build();
            }
            case Iterable<?> items -> {
                JsonArrayBuilder array = Json.createArrayBuilder();
                items.forEach(item -> array.add(write(item)));
                yield array.build();
            }
            case Record recordOf -> writeRecord(recordOf);
            default -> throw new IllegalStateException("No JSON for " + value.getClass());
        };
    }

    private JsonObject writeRecord(Record value) {
        JsonObjectBuilder object = Json.createObjectBuilder();
        discriminator(value.getClass(), object);
        try {
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                Method accessor = component.getAccessor();
                accessor.setAccessible(true);
                Object member = accessor.invoke(value);
                if (member != null) {
                    object.add(name(accessor, component.getName()), write(member));
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        return object.build();
    }

    /** The member that tells the subtypes of an interface apart, where the record itself has none. */
    private static void discriminator(Class<?> type, JsonObjectBuilder object) {
        for (Class<?> parent : type.getInterfaces()) {
            JsonTypeInfo info = parent.getAnnotation(JsonTypeInfo.class);
            JsonSubTypes known = parent.getAnnotation(JsonSubTypes.class);
            if (info != null && known != null && info.include() == JsonTypeInfo.As.PROPERTY) {
                Arrays.stream(known.value())
                        .filter(sub -> sub.value() == type && !sub.name().isEmpty())
                        .forEach(sub -> object.add(info.property(), sub.name()));
            }
        }
    }

    private @Nullable Object read(JsonValue json, Type type, String at) {
        if (type instanceof ParameterizedType generic) {
            return readGeneric(json, generic, at);
        }
        Class<?> wanted = (Class<?>) type;
        if (JsonValue.NULL.equals(json)) {
            return null;
        }
        if (wanted == Object.class) {
            return plain(json);
        }
        if (wanted.isInstance(json)) {
            return json;
        }
        if (wanted.isRecord()) {
            return readRecord(json, wanted, at);
        }
        if (wanted.isEnum()) {
            return constant(json, wanted, at);
        }
        if (wanted.isInterface() && wanted.isAnnotationPresent(JsonSubTypes.class)) {
            return read(json, subtype(json, wanted, at), at);
        }
        return scalar(json, wanted, at);
    }

    private @Nullable Object readGeneric(JsonValue json, ParameterizedType type, String at) {
        Type[] arguments = type.getActualTypeArguments();
        return switch (json) {
            case JsonObject object
            when type.getRawType() == Map.class -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                object.forEach((name, value) -> map.put(name, read(value, arguments[1], at + "." + name)));
                yield map;
            }
            case JsonArray array
            when type.getRawType() == List.class -> {
                List<@Nullable Object> list = new ArrayList<>();
                array.forEach(value -> list.add(read(value, arguments[0], at + "[" + list.size() + "]")));
                yield list;
            }
            case JsonValue none when JsonValue.NULL.equals(none) -> null;
            default -> throw unfit(at, type.getRawType() == Map.class ? "an object" : "an array");
        };
    }

    private Object readRecord(JsonValue json, Class<?> type, String at) {
        if (!(json instanceof JsonObject object)) {
            throw unfit(at, "an object");
        }
        Executable creator = creators.computeIfAbsent(type, JsonpMapper::creator);
        Parameter[] parameters = creator.getParameters();
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] values = new Object[parameters.length];
        for (int i = 0; i < parameters.length; i++) {
            String name = name(parameters[i], components[i].getName());
            values[i] = read(
                    object.getOrDefault(name, JsonValue.NULL), parameters[i].getParameterizedType(), at + "." + name);
        }
        try {
            return Objects.requireNonNull(
                    creator instanceof Method method
                            ? method.invoke(null, values)
                            : ((Constructor<?>) creator).newInstance(values));
        } catch (InvocationTargetException e) {
            throw unfit(at, "whole: a required member is missing");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Executable creator(Class<?> type) {
        Executable found = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(JsonCreator.class))
                .map(Executable.class::cast)
                .findFirst()
                .orElseGet(() -> canonical(type));
        found.setAccessible(true);
        return found;
    }

    private static Executable canonical(Class<?> type) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Class<?> subtype(JsonValue json, Class<?> type, String at) {
        JsonTypeInfo info = type.getAnnotation(JsonTypeInfo.class);
        if (json instanceof JsonObject object && info != null) {
            for (JsonSubTypes.Type known :
                    type.getAnnotation(JsonSubTypes.class).value()) {
                if (info.use() == JsonTypeInfo.Id.DEDUCTION
                        ? known.value() == deduced(object)
                        : known.name().equals(object.getString(info.property(), ""))) {
                    return known.value();
                }
            }
        }
        throw unfit(at, "one of the known kinds");
    }

    private static Class<?> deduced(JsonObject contents) {
        return contents.containsKey("blob")
                ? McpSchema.BlobResourceContents.class
                : McpSchema.TextResourceContents.class;
    }

    private static Object constant(JsonValue json, Class<?> type, String at) {
        for (Object constant : type.getEnumConstants()) {
            if (json instanceof JsonString text && text.getString().equals(wireName((Enum<?>) constant))) {
                return constant;
            }
        }
        throw unfit(at, "one of the known values");
    }

    private static Object scalar(JsonValue json, Class<?> type, String at) {
        Object plain = plain(json);
        return switch (plain) {
            case String text when type == String.class -> text;
            case Boolean bool when type == Boolean.class || type == boolean.class -> bool;
            case Number number when type == Double.class || type == double.class -> number.doubleValue();
            case Long number when type == Long.class || type == long.class || type == Number.class -> number;
            case Integer number when type == Integer.class || type == int.class || type == Number.class -> number;
            case Integer number when type == Long.class || type == long.class -> number.longValue();
            case Map<?, ?> map when type == Map.class -> map;
            case List<?> list when type == List.class -> list;
            case null, default -> throw unfit(at, "of the type " + type.getSimpleName());
        };
    }

    private static @Nullable Object plain(JsonValue json) {
        return switch (json) {
            case JsonString text -> text.getString();
            case JsonNumber number -> number(number.bigDecimalValue());
            case JsonObject object -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                object.forEach((name, value) -> map.put(name, plain(value)));
                yield map;
            }
            case JsonArray array -> {
                List<@Nullable Object> list = new ArrayList<>();
                array.forEach(value -> list.add(plain(value)));
                yield list;
            }
            default -> JsonValue.NULL.equals(json) ? null : (Object) JsonValue.TRUE.equals(json);
        };
    }

    /** Whole numbers that fit as such; the rest stays exact. */
    private static Object number(BigDecimal number) {
        if (number.scale() != 0 || number.precision() > 18) {
            return number;
        }
        long whole = number.longValue();
        return whole == (int) whole ? (Object) (int) whole : (Object) whole;
    }

    private static String name(AnnotatedElement element, String otherwise) {
        JsonProperty property = element.getAnnotation(JsonProperty.class);
        return property == null || property.value().isEmpty() ? otherwise : property.value();
    }

    private static String wireName(Enum<?> constant) {
        try {
            return name(constant.getDeclaringClass().getField(constant.name()), constant.name());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }

    private static McpError unfit(String at, String wanted) {
        return McpError.builder(McpSchema.ErrorCodes.INVALID_PARAMS)
                .message("'" + at + "' must be " + wanted + ".")
                .build();
    }
}
