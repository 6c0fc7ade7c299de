package dev.keymesh.sdk.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A virtual key as the server shows it: without its secret.
 *
 * @param id starts with {@code key_}
 * @param hint the first and last characters of the secret
 * @param status {@code active}, {@code disabled}, {@code revoked} or {@code expired}, by itself or by a parent
 * @param space the space's slug
 * @param workspace the workspace's slug
 * @param parent the id of the key that this one is a part of; null is none
 * @param children how many keys are parts of it, their own parts not counted
 * @param fields the user's own members
 * @param uses {@code gateway}, {@code validation}
 * @param policy the key's own; null restricts nothing beyond the chain above
 * @param expiresAt its own end or a parent's, the earlier one; null never expires
 * @param lastUsedAt null where it never was
 * @param revokedAt null where it is not
 */
public record VirtualKey(
        String id,
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
        @Nullable Instant revokedAt) {}
