package dev.keymesh.sdk.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A virtual key as it sees itself: the answer of {@code GET /api/v1/self}. Components as in {@link VirtualKey}.
 *
 * @param fields the user's own members and, always, {@code workspace_id}, {@code allowed_models} and
 *     {@code tool_allowlist}, in which {@code "*"} is unrestricted
 * @param budgets its own; those above it hold for its calls too
 */
public record SelfKey(
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
        List<Budget> budgets,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant lastUsedAt,
        @Nullable Instant revokedAt) {

    /** This key with what it may do and spend. */
    public static SelfKey of(VirtualKey key, Fields fields, List<Budget> budgets) {
        return new SelfKey(
                key.id(),
                key.hint(),
                key.title(),
                key.status(),
                key.space(),
                key.workspace(),
                key.parent(),
                key.children(),
                key.environment(),
                fields,
                key.owner(),
                key.tags(),
                key.externalId(),
                key.uses(),
                key.policy(),
                budgets,
                key.createdAt(),
                key.expiresAt(),
                key.lastUsedAt(),
                key.revokedAt());
    }
}
