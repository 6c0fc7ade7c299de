package dev.keymesh.sdk.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A space: workspaces and keys that are kept apart from those of other spaces.
 *
 * @param id a slug
 * @param status {@code active}, or else every virtual key of it is refused: {@code "disabled"}
 * @param disabledAt null while it is active
 */
public record Space(
        String id,
        String title,
        String status,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant disabledAt) {}
