package dev.keymesh.server.fleet;

import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.server.YamlFile;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads YAML by the record that the API takes: what it does not know, or what has the wrong type, is refused with its line.
 * The record says what is a text, so {@code 5.00} and {@code no} stay as they are written.
 */
final class Typed {
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

    private final YamlFile file;

    Typed(YamlFile file) {
        this.file = file;
    }

    Map<String, @Nullable Object> object(Node node, Class<?> type, String at) {
        if (!(node instanceof MappingNode mapping)) {
            throw file.wrong(node, at, "must be a mapping");
        }
        Map<String, Type> known = new TreeMap<>();
        Arrays.stream(type.getRecordComponents())
                .forEach(component -> known.put(component.getName(), component.getGenericType()));
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String name = name(tuple.getKeyNode());
            Type member = known.get(name);
            String key = at + "." + name;
            if (member == null) {
                throw file.wrong(
                        tuple.getKeyNode(), key, "is not known; known are " + String.join(", ", known.keySet()));
            }
            members.put(name, value(tuple.getValueNode(), member, key));
        }
        return members;
    }

    static String name(Node key) {
        return key instanceof ScalarNode scalar ? scalar.getValue() : "?";
    }

    private @Nullable Object value(Node node, Type type, String at) {
        if (isNull(node)) {
            return null;
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            return list(node, generic.getActualTypeArguments()[0], at);
        }
        Class<?> wanted = (Class<?>) type;
        if (wanted.isRecord()) {
            return object(node, wanted, at);
        }
        if (!(node instanceof ScalarNode scalar)) {
            throw file.wrong(node, at, "must be a single value");
        }
        return scalar(scalar, wanted, at);
    }

    static boolean isNull(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.getScalarStyle() == ScalarStyle.PLAIN
                && NULLS.contains(scalar.getValue());
    }

    private List<Object> list(Node node, Type item, String at) {
        if (!(node instanceof SequenceNode sequence)) {
            throw file.wrong(node, at, "must be a list");
        }
        List<Object> list = new ArrayList<>();
        for (Node one : sequence.getValue()) {
            Object value = value(one, item, at + "[" + list.size() + "]");
            if (value == null) {
                throw file.wrong(one, at + "[" + list.size() + "]", "must not be null");
            }
            list.add(value);
        }
        return list;
    }

    private Object scalar(ScalarNode node, Class<?> wanted, String at) {
        String text = node.getValue();
        if (wanted == String.class) {
            return text;
        }
        if (wanted == Boolean.class || wanted == boolean.class) {
            if (!text.equals("true") && !text.equals("false")) {
                throw file.wrong(node, at, "must be true or false");
            }
            return Boolean.valueOf(text);
        }
        if (wanted == Instant.class) {
            return instant(node, at);
        }
        if (!text.matches("-?[0-9]{1,18}")) {
            throw file.wrong(node, at, "must be an integer");
        }
        return Long.valueOf(text);
    }

    /** As JSON has it: a text. */
    private String instant(ScalarNode node, String at) {
        try {
            return OffsetDateTime.parse(node.getValue()).toInstant().toString();
        } catch (DateTimeException e) {
            StoreException wrong = file.wrong(node, at, "must be an instant such as 2026-12-01T00:00:00Z");
            wrong.initCause(e);
            throw wrong;
        }
    }

    /** A map of a record's members in the record's order, with nulls, as it is read from a file. */
    static Map<String, @Nullable Object> members(Record value) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            try {
                members.put(component.getName(), plain(component.getAccessor().invoke(value)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(component.getName(), e);
            }
        }
        return members;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Record record -> members(record);
            case List<?> list -> list.stream().map(Typed::plain).toList();
            case Instant instant -> instant.toString();
            case Integer number -> number.longValue();
            default -> value;
        };
    }

    /** The same with null for each member of the record that is not named, at every depth: a whole, for a merge patch. */
    static Map<String, @Nullable Object> whole(Map<String, ? extends @Nullable Object> named, Class<?> type) {
        Map<String, @Nullable Object> whole = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Object value = named.get(component.getName());
            whole.put(
                    component.getName(),
                    value instanceof Map<?, ?> map && component.getType().isRecord()
                            ? whole(strings(map), component.getType())
                            : value);
        }
        return whole;
    }

    @SuppressWarnings("unchecked") // every map of an entry was made here
    static Map<String, @Nullable Object> strings(Map<?, ?> map) {
        return (Map<String, @Nullable Object>) map;
    }
}
