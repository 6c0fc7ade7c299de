package dev.keymesh.sdk.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a management key may do, by a name.
 *
 * @param permissions in the order of the alphabet
 * @param builtIn whether it comes with the server
 * @param createdAt null for a built-in one
 */
public record PermissionSet(
        String name,
        List<String> permissions,
        boolean builtIn,
        @Nullable Instant createdAt) {}
