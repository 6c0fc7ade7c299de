package dev.keymesh.server.fleet;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a file lists.
 *
 * @param place where it stands, such as {@code The file keymesh.yaml, line 12}
 * @param members those that are named; null is an explicit null
 */
record Entry(Kind kind, String place, Map<String, @Nullable Object> members) {
    String label() {
        return kind.label(members);
    }

    /** A member that is a text; null where it is not named. */
    @Nullable
    String text(String name) {
        return (String) members.get(name);
    }
}
