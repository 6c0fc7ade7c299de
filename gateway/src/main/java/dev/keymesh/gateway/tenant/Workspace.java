package dev.keymesh.gateway.tenant;

import dev.keymesh.policy.Grant;
import dev.keymesh.sdk.wire.Policy;
import java.time.Instant;

/**
 * One tenant or customer inside a space.
 *
 * @param grant the policy, compiled
 */
public record Workspace(
        String space,
        String id,
        String title,
        String environment,
        Policy policy,
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
            Instant createdAt,
            Instant updatedAt) {
        Grant grant = Grant.of("workspace:" + space + "/" + id, Rulebook.rules(policy), environment);
        return new Workspace(space, id, title, environment, policy, grant, createdAt, updatedAt);
    }
}
