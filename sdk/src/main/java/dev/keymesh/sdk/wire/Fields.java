package dev.keymesh.sdk.wire;

import jakarta.json.bind.adapter.JsonbAdapter;
import jakarta.json.bind.annotation.JsonbTypeAdapter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The user's own members of a key: a JSON object whose values are strings, numbers, booleans, lists, maps or null. */
@JsonbTypeAdapter(Fields.Adapter.class)
public final class Fields {
    private final Map<String, Object> members;

    private Fields(Map<String, Object> members) {
        this.members = members;
    }

    /** These members. */
    public static Fields of(Map<String, Object> members) {
        // Not Map.copyOf: that refuses the nulls that JSON has.
        return new Fields(Collections.unmodifiableMap(new LinkedHashMap<>(members)));
    }

    /** No members. */
    public static Fields none() {
        return new Fields(Map.of());
    }

    /** All members. */
    public Map<String, Object> asMap() {
        return members;
    }

    /** A member's string; null where it is absent or null. */
    public @Nullable String string(String name) {
        Object value = members.get(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw mismatch(name, "a string");
    }

    /**
     * A member's list of strings; empty where it is absent or null, so that a list of what is allowed that is missing
     * allows nothing.
     *
     * @throws IllegalStateException where the member is anything else
     */
    public List<String> strings(String name) {
        Object value = members.get(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw mismatch(name, "a list of strings");
        }
        return list.stream()
                .map(item -> {
                    if (item instanceof String text) {
                        return text;
                    }
                    throw mismatch(name, "a list of strings");
                })
                .toList();
    }

    private static IllegalStateException mismatch(String name, String expected) {
        return new IllegalStateException("The field \"" + name + "\" is not " + expected
                + ". Read it from asMap(), or change what the key stores.");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Fields fields && fields.members.equals(members);
    }

    @Override
    public int hashCode() {
        return members.hashCode();
    }

    @Override
    public String toString() {
        return members.toString();
    }

    /** Writes {@link Fields} as the JSON object that it is. */
    public static final class Adapter implements JsonbAdapter<Fields, Map<String, Object>> {
        @Override
        public @Nullable Map<String, Object> adaptToJson(@Nullable Fields fields) {
            return fields == null ? null : fields.asMap();
        }

        @Override
        public @Nullable Fields adaptFromJson(@Nullable Map<String, Object> members) {
            return members == null ? null : Fields.of(members);
        }
    }
}
