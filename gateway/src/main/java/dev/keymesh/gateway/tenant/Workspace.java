package dev.keymesh.gateway.tenant;

import dev.keymesh.policy.Grant;
import dev.keymesh.sdk.wire.KeyDefaults;
import dev.keymesh.sdk.wire.Policy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One tenant or customer inside a space.
 *
 * @param keyDefaults what a new key of it takes where it names none; null is nothing
 * @param grant the policy, compiled
 */
public record Workspace(
        String space,
        String id,
        String title,
        String environment,
        Policy policy,
        @Nullable KeyDefaults keyDefaults,
        Grant grant,
        Instant createdAt,
        Instant updatedAt) {
    /** Compiles the policy. */
    public static Workspace of(
            String space,
            String id,
            String title,
            String environment,
            Policy policy,
            @Nullable KeyDefaults keyDefaults,
            Instant createdAt,
            Instant updatedAt) {
        Grant grant = Grant.of("workspace:" + space + "/" + id, Rulebook.rules(policy), environment);
        return new Workspace(space, id, title, environment, policy, keyDefaults, grant, createdAt, updatedAt);
    }
}
