package dev.keymesh.sdk.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A provider as the server shows it: without its credential.
 *
 * @param id starts with {@code prv_}
 * @param hint the first and last characters of the credential; null where there is none
 * @param capField see {@link NewProvider}; null is the kind's own
 */
public record Provider(
        String id,
        String name,
        String kind,
        String baseUrl,
        @Nullable String hint,
        @Nullable String capField,
        boolean enabled,
        Instant createdAt,
        Instant updatedAt) {}
