package dev.keymesh.gateway.api;

import dev.keymesh.sdk.wire.KeyDefaults;
import dev.keymesh.sdk.wire.NewKey;
import dev.keymesh.sdk.wire.Policy;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key that is wanted, as it was written: a member that is null is none, one that is absent takes the workspace's default.
 *
 * @param named the members that were written, null or not
 * @param byDefault whether its policy is the workspace's default
 */
record KeyWish(NewKey key, Set<String> named, boolean byDefault) {
    static KeyWish read(byte[] body) {
        return of(Bodies.object(body));
    }

    static KeyWish of(JsonObject written) {
        NewKey key = Bodies.bind(written, NewKey.class);
        if (written.get("budget") instanceof JsonObject budget && !budget.containsKey("amount")) {
            throw Rejection.invalid("/budget/amount", "missing", "is missing", "Write null for an explicit no-limit.");
        }
        return new KeyWish(key, Set.copyOf(written.keySet()), false);
    }

    /** With what it does not name. */
    KeyWish taking(@Nullable KeyDefaults defaults, Instant now) {
        if (defaults == null) {
            return this;
        }
        NewKey filled = key;
        if (defaults.budget() != null && !named.contains("budget")) {
            filled = filled.withBudget(defaults.budget());
        }
        if (defaults.expiresIn() != null && !named.contains("expiresAt")) {
            filled = filled.withExpiresAt(now.plus(Duration.parse(defaults.expiresIn())));
        }
        if (defaults.tags() != null && !named.contains("tags")) {
            filled = filled.withTags(defaults.tags());
        }
        Policy policy = named.contains("policy") ? null : defaults.policy();
        if (policy != null) {
            filled = filled.withPolicy(policy);
        }
        return new KeyWish(filled, named, policy != null);
    }
}
