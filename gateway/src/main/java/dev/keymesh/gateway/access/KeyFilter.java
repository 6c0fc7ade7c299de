package dev.keymesh.gateway.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which keys a list shows; a null member does not filter. */
public record KeyFilter(
        String space,
        @Nullable String status,
        @Nullable String environment,
        @Nullable String workspace,
        @Nullable String parent,
        @Nullable String owner,
        @Nullable String externalId,
        @Nullable String tag,
        @Nullable String q,
        @Nullable Instant expiresBefore,
        @Nullable Instant lastUsedBefore) {
    public static KeyFilter all(String space) {
        return new KeyFilter(space, null, null, null, null, null, null, null, null, null, null);
    }
}
