package dev.keymesh.gateway.access;

import dev.keymesh.sdk.wire.Policy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A credential that calls models; its secret is not in here.
 *
 * @param status {@code active}, {@code disabled} or {@code revoked}; whether it expired is told by {@code expiresAt}
 * @param uses {@code gateway}, {@code validation}
 */
public record VirtualKey(
        String id,
        String space,
        String workspace,
        String title,
        String status,
        String lookup,
        String hint,
        Map<String, Object> fields,
        @Nullable String owner,
        List<String> tags,
        @Nullable String externalId,
        List<String> uses,
        @Nullable Policy policy,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {
    public static final String ACTIVE = "active";
    public static final String DISABLED = "disabled";
    public static final String REVOKED = "revoked";

    public boolean expired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    VirtualKey withStatus(String next, Instant at) {
        return new VirtualKey(
                id,
                space,
                workspace,
                title,
                next,
                lookup,
                hint,
                fields,
                owner,
                tags,
                externalId,
                uses,
                policy,
                createdAt,
                at,
                expiresAt,
                next.equals(REVOKED) ? at : revokedAt);
    }
}
