package dev.keymesh.gateway.access;

import dev.keymesh.sdk.wire.Policy;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a key is issued with; already validated.
 *
 * @param parent the key that it is a part of, in the same workspace; null is none
 */
public record NewVirtualKey(
        String space,
        String workspace,
        @Nullable String parent,
        String title,
        Map<String, Object> fields,
        @Nullable String owner,
        List<String> tags,
        @Nullable String externalId,
        List<String> uses,
        @Nullable Policy policy,
        @Nullable Instant expiresAt) {
    /** Times are kept as the database keeps them, so that a row and its memory are equal. */
    public NewVirtualKey {
        expiresAt = expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.MILLIS);
    }

    /** The same with this end. */
    public NewVirtualKey until(@Nullable Instant end) {
        return new NewVirtualKey(space, workspace, parent, title, fields, owner, tags, externalId, uses, policy, end);
    }

    /** What it grants that a key did not: a policy or an end that stays is left out. */
    public NewVirtualKey beyond(VirtualKey before) {
        return new NewVirtualKey(
                space,
                workspace,
                parent,
                title,
                fields,
                owner,
                tags,
                externalId,
                uses,
                Objects.equals(policy, before.policy()) ? null : policy,
                Objects.equals(expiresAt, before.expiresAt()) ? null : expiresAt);
    }

    /** Whether it would grant the same as another. */
    public boolean granting(NewVirtualKey other) {
        return Objects.equals(policy, other.policy) && Objects.equals(expiresAt, other.expiresAt);
    }

    /** A key with nothing but a title. */
    public static NewVirtualKey titled(String space, String workspace, String title) {
        return new NewVirtualKey(
                space,
                workspace,
                null,
                title,
                Map.of(),
                null,
                List.of(),
                null,
                List.of("gateway", "validation"),
                null,
                null);
    }
}
