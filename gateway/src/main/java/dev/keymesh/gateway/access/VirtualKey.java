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
 * @param parent the id of the key that this one is a part of; null is none
 * @param uses {@code gateway}, {@code validation}
 */
public record VirtualKey(
        String id,
        String space,
        String workspace,
        @Nullable String parent,
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

    /** As it stands below its parent, which stands below its own: what ends or narrows a key does so to its subtree. */
    VirtualKey under(VirtualKey above) {
        boolean revoked = status.equals(REVOKED) || above.status.equals(REVOKED);
        boolean disabled = status.equals(DISABLED) || above.status.equals(DISABLED);
        return new VirtualKey(
                id,
                space,
                workspace,
                parent,
                title,
                revoked ? REVOKED : disabled ? DISABLED : status,
                lookup,
                hint,
                fields,
                owner,
                tags,
                externalId,
                uses.stream().filter(above.uses::contains).toList(),
                policy,
                createdAt,
                updatedAt,
                first(expiresAt, above.expiresAt),
                first(revokedAt, above.revokedAt));
    }

    private static @Nullable Instant first(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? one : other;
    }

    /** The same key with what may change. */
    public VirtualKey with(NewVirtualKey changed, Instant at) {
        return new VirtualKey(
                id,
                space,
                workspace,
                parent,
                changed.title(),
                status,
                lookup,
                hint,
                changed.fields(),
                changed.owner(),
                changed.tags(),
                changed.externalId(),
                changed.uses(),
                changed.policy(),
                createdAt,
                at,
                changed.expiresAt(),
                revokedAt);
    }

    VirtualKey withStatus(String next, Instant at) {
        return new VirtualKey(
                id,
                space,
                workspace,
                parent,
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
