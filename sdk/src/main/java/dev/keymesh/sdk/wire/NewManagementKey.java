package dev.keymesh.sdk.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A management key to issue: the body of {@code POST /api/v1/management-keys}.
 *
 * @param permissionSet the name of a set that allows nothing that the caller may not do itself
 * @param space the only space that it reaches; null is every space that the caller reaches
 * @param expiresAt null never expires, unless the caller does: then it is the caller's
 */
public record NewManagementKey(
        String title,
        String permissionSet,
        @Nullable String space,
        @Nullable Instant expiresAt) {}
