package dev.keymesh.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user wrote for one link of the scope chain. A list that is null does not restrict, an empty one allows nothing;
 * {@code *} in a pattern is any run of characters; case counts.
 *
 * @param maxOutputTokens the most that a call may ask for, at least 1
 * @param defaultMaxOutputTokens the cap that is set where a call asks for none, at least 1
 * @param ipAllowlist addresses or CIDR ranges
 */
public record Rules(
        @Nullable List<String> allowedModels,
        @Nullable List<String> deniedModels,
        @Nullable List<String> toolAllowlist,
        @Nullable List<String> deniedTools,
        @Nullable Integer maxOutputTokens,
        @Nullable Integer defaultMaxOutputTokens,
        @Nullable List<String> allowedModalities,
        @Nullable List<String> ipAllowlist,
        @Nullable List<Window> windows) {
    public static final Rules NONE = new Rules(null, null, null, null, null, null, null, null, null);

    public Rules {
        positive(maxOutputTokens, "maxOutputTokens");
        positive(defaultMaxOutputTokens, "defaultMaxOutputTokens");
    }

    private static void positive(@Nullable Integer cap, String name) {
        if (cap != null && cap < 1) {
            throw new IllegalArgumentException(name + " must be at least 1");
        }
    }
}
