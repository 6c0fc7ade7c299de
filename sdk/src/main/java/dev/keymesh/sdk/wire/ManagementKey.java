package dev.keymesh.sdk.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A management key as the server shows it: without its secret.
 *
 * @param id starts with {@code mgk_}
 * @param hint the first and last characters of the secret
 * @param status {@code active}, {@code revoked} or {@code expired}
 * @param space the only space that it reaches; null is all
 * @param expiresAt null never expires
 * @param revokedAt null where it is not
 */
public record ManagementKey(
        String id,
        String hint,
        String title,
        String status,
        String permissionSet,
        @Nullable String space,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {}
