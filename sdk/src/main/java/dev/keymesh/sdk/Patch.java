package dev.keymesh.sdk;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change of single members, as a merge patch (RFC 7396): what is not named stays, what is cleared becomes null.
 * Immutable.
 */
public final class Patch {
    private final Map<String, @Nullable Object> members;

    private Patch(Map<String, @Nullable Object> members) {
        this.members = members;
    }

    /** No change yet. */
    public static Patch none() {
        return new Patch(Map.of());
    }

    /**
     * The same with this member set.
     *
     * @param value a string, number, boolean, list, instant, record or map; a {@link Patch} changes an object's own
     *     members. A record replaces all of them, because it says null for what it does not limit.
     */
    public Patch set(String member, Object value) {
        return and(member, value instanceof Patch patch ? patch.members() : value);
    }

    /** The same with this member cleared. */
    public Patch clear(String member) {
        return and(member, null);
    }

    Map<String, @Nullable Object> members() {
        return members;
    }

    private Patch and(String member, @Nullable Object value) {
        Map<String, @Nullable Object> next = new LinkedHashMap<>(members);
        next.put(member, value);
        return new Patch(Collections.unmodifiableMap(next));
    }

    // Only the names: a value may be a credential.
    @Override
    public String toString() {
        return "Patch" + members.keySet();
    }
}
