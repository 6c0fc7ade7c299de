package dev.keymesh.sdk.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What calls may do: the shape that a workspace and a key carry. For every list null is no restriction and an empty
 * list allows nothing; {@code *} in an entry stands for any run of characters, case matters.
 *
 * @param allowedModels names of models
 * @param deniedModels names of models; a denial is stronger than an allowance
 * @param toolAllowlist names of tools
 * @param deniedTools names of tools; a denial is stronger than an allowance
 * @param maxOutputTokens a larger cap in a call is refused, a missing one is set to this; 1 to 2^31-1, null is no limit
 * @param defaultMaxOutputTokens what a missing cap is set to instead; 1 to 2^31-1, null is maxOutputTokens
 * @param allowedModalities such as {@code text}, {@code image}, {@code audio}, {@code file}
 * @param ipAllowlist IPv4 and IPv6 addresses or CIDR ranges
 * @param windows times in which calls are allowed
 */
public record Policy(
        @Nullable List<String> allowedModels,
        @Nullable List<String> deniedModels,
        @Nullable List<String> toolAllowlist,
        @Nullable List<String> deniedTools,
        @Nullable Long maxOutputTokens,
        @Nullable Long defaultMaxOutputTokens,
        @Nullable List<String> allowedModalities,
        @Nullable List<String> ipAllowlist,
        @Nullable List<PolicyWindow> windows) {

    /** A policy that restricts nothing. */
    public static Policy unrestricted() {
        return new Policy(null, null, null, null, null, null, null, null, null);
    }

    /** A policy of models and tools; null is no restriction. */
    public static Policy allowing(@Nullable List<String> models, @Nullable List<String> tools) {
        return new Policy(models, null, tools, null, null, null, null, null, null);
    }
}
