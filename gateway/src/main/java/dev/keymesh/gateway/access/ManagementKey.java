package dev.keymesh.gateway.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A credential of the REST API; its secret is not in here.
 *
 * @param space the one space it is for; null is all
 * @param revokedAt null where it is not
 */
public record ManagementKey(
        String id,
        String title,
        String hint,
        String permissionSet,
        @Nullable String space,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {
    public String status(Instant now) {
        return revokedAt != null ? "revoked" : expiresAt != null && !now.isBefore(expiresAt) ? "expired" : "active";
    }

    ManagementKey revoked(Instant at) {
        return new ManagementKey(id, title, hint, permissionSet, space, createdAt, expiresAt, at);
    }
}
