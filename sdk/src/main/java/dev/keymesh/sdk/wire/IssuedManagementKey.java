package dev.keymesh.sdk.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A management key just issued, with its secret: shown this once, the server cannot show it again. Components as in
 * {@link ManagementKey}.
 *
 * @param secret what callers present, {@code kma-...}
 */
public record IssuedManagementKey(
        String id,
        String secret,
        String hint,
        String title,
        String status,
        String permissionSet,
        @Nullable String space,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {

    /** This key with its secret. */
    public static IssuedManagementKey of(ManagementKey key, String secret) {
        return new IssuedManagementKey(
                key.id(),
                secret,
                key.hint(),
                key.title(),
                key.status(),
                key.permissionSet(),
                key.space(),
                key.createdAt(),
                key.expiresAt(),
                key.revokedAt());
    }

    @Override
    public String toString() {
        return "IssuedManagementKey[secret=(hidden), id=" + id + ", title=" + title + "]";
    }
}
