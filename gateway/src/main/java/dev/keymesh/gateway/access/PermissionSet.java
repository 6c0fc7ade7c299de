package dev.keymesh.gateway.access;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a management key may do, by a name.
 *
 * @param createdAt null for one that comes with the program
 */
public record PermissionSet(
        String name, Set<String> permissions, @Nullable Instant createdAt) {
    public boolean builtIn() {
        return createdAt == null;
    }
}
