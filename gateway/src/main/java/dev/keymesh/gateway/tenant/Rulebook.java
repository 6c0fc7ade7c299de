package dev.keymesh.gateway.tenant;

import dev.keymesh.policy.Rules;
import dev.keymesh.policy.Window;
import dev.keymesh.sdk.wire.Policy;
import org.jspecify.annotations.Nullable;

/** Turns the policy of the wire into rules. */
public final class Rulebook {
    private Rulebook() {}

    /**
     * The rules of a policy.
     *
     * @throws IllegalArgumentException that names the member and says what to write
     */
    public static Rules rules(Policy policy) {
        return new Rules(
                policy.allowedModels(),
                policy.deniedModels(),
                policy.toolAllowlist(),
                policy.deniedTools(),
                cap(policy.maxOutputTokens(), "maxOutputTokens"),
                cap(policy.defaultMaxOutputTokens(), "defaultMaxOutputTokens"),
                policy.allowedModalities(),
                policy.ipAllowlist(),
                policy.windows() == null
                        ? null
                        : policy.windows().stream()
                                .map(window -> new Window(
                                        window.days(),
                                        window.from(),
                                        window.to(),
                                        window.timezone() == null ? "UTC" : window.timezone()))
                                .toList());
    }

    private static @Nullable Integer cap(@Nullable Long tokens, String member) {
        if (tokens == null) {
            return null;
        }
        if (tokens < 1 || tokens > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(member + " must be an integer from 1 to 2147483647");
        }
        return tokens.intValue();
    }
}
