package dev.keymesh.gateway.page;

import org.jspecify.annotations.Nullable;

/** What the fields of a form have in common. */
final class Field {
    private Field() {}

    /** The ids of what describes a field; null is nothing. */
    static @Nullable String describedBy(String name, @Nullable String fault, @Nullable String hint) {
        if (fault == null) {
            return hint == null ? null : name + "-hint";
        }
        return name + "-fault" + (hint == null ? "" : " " + name + "-hint");
    }
}
