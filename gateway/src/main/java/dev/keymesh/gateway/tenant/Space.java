package dev.keymesh.gateway.tenant;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Workspaces and keys that are kept apart from those of other spaces.
 *
 * @param id a slug
 * @param disabledAt since when every virtual key of it is refused; null is not
 */
public record Space(
        String id,
        String title,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant disabledAt) {
    public boolean disabled() {
        return disabledAt != null;
    }

    /** The same with this title. */
    public Space titled(String other, Instant at) {
        return new Space(id, other, createdAt, at, disabledAt);
    }

    /** The same, switched off. */
    public Space stopped(Instant at) {
        return disabled() ? this : new Space(id, title, createdAt, at, at);
    }

    /** The same, switched on. */
    public Space started(Instant at) {
        return disabled() ? new Space(id, title, createdAt, at, null) : this;
    }
}
