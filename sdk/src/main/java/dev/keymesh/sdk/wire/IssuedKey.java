package dev.keymesh.sdk.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A virtual key just issued, with its secret: shown this once, the server cannot show it again. Components as in
 * {@link VirtualKey}.
 *
 * @param secret what callers present, {@code km-...}
 */
public record IssuedKey(
        String id,
        String secret,
        String hint,
        String title,
        String status,
        String space,
        String workspace,
        @Nullable String parent,
        long children,
        String environment,
        Fields fields,
        @Nullable String owner,
        List<String> tags,
        @Nullable String externalId,
        List<String> uses,
        @Nullable Policy policy,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant lastUsedAt,
        @Nullable Instant revokedAt) {

    /** This key with its secret. */
    public static IssuedKey of(VirtualKey key, String secret) {
        return new IssuedKey(
                key.id(),
                secret,
                key.hint(),
                key.title(),
                key.status(),
                key.space(),
                key.workspace(),
                key.parent(),
                key.children(),
                key.environment(),
                key.fields(),
                key.owner(),
                key.tags(),
                key.externalId(),
                key.uses(),
                key.policy(),
                key.createdAt(),
                key.expiresAt(),
                key.lastUsedAt(),
                key.revokedAt());
    }

    /** The same without the secret. */
    public VirtualKey withoutSecret() {
        return new VirtualKey(
                id,
                hint,
                title,
                status,
                space,
                workspace,
                parent,
                children,
                environment,
                fields,
                owner,
                tags,
                externalId,
                uses,
                policy,
                createdAt,
                expiresAt,
                lastUsedAt,
                revokedAt);
    }

    @Override
    public String toString() {
        return "IssuedKey[secret=(hidden), " + withoutSecret() + "]";
    }
}
