package dev.keymesh.gateway.access;

import dev.keymesh.gateway.store.Actor;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whose credential came with a request. */
public sealed interface Caller {
    Actor actor();

    /** A virtual key: it calls models, and administers nothing. */
    record Virtual(VirtualKey key) implements Caller {
        @Override
        public Actor actor() {
            return new Actor("virtual_key", key.id());
        }
    }

    /**
     * A management key: it administers, and calls no model.
     *
     * @param hint the first and last characters of its secret; null for the root key of the environment
     * @param permissions what its set allows, by name
     * @param space the one space it is for; null is all
     * @param expiresAt null never expires
     */
    record Management(
            String id,
            String title,
            @Nullable String hint,
            String permissionSet,
            Set<String> permissions,
            @Nullable String space,
            @Nullable Instant expiresAt)
            implements Caller {
        @Override
        public Actor actor() {
            return new Actor("management_key", id);
        }
    }
}
