package dev.keymesh.gateway.dialect;

import java.util.Locale;
import java.util.Set;

/**
 * The names that are acted on in one kind of object. A name that differs from one of them in case only is refused: some
 * providers read it as the same member, and would then see what was not checked.
 */
final class MemberNames {
    private final Set<String> names;

    MemberNames(String... names) {
        this.names = Set.of(names);
    }

    /**
     * Whether the name is acted on.
     *
     * @param path what the object is called, such as {@code tools[0]}; empty is the body itself
     */
    boolean has(String name, String path) {
        if (names.contains(name)) {
            return true;
        }
        if (!isPlain(name)) {
            String folded = name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
            if (names.contains(folded)) {
                throw new Unreadable(
                        at(path, name),
                        "'" + at(path, name) + "' is a case variant of '" + folded + "'. Write it in lower case.");
            }
        }
        return false;
    }

    static String at(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Nothing to fold; letters beyond ASCII may fold into it, such as U+017F to s and U+212A to k. */
    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 0x80 || (c >= 'A' && c <= 'Z')) {
                return false;
            }
        }
        return true;
    }
}
