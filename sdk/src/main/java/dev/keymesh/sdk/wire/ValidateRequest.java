package dev.keymesh.sdk.wire;

import org.jspecify.annotations.Nullable;

/**
 * A question whether a key is good: the body of {@code POST /api/v1/keys/validate}.
 *
 * @param key the secret, {@code km-...}
 * @param context what it is about to be used for; null asks about the key alone
 */
public record ValidateRequest(String key, @Nullable ValidationContext context) {
    @Override
    public String toString() {
        return "ValidateRequest[key=(hidden), context=" + context + "]";
    }
}
