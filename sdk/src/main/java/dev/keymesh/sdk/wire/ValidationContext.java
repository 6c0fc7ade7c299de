package dev.keymesh.sdk.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a key is about to be used for; null leaves a question out.
 *
 * @param model the model's name
 * @param tool the tool's name
 * @param arguments the tool's arguments
 * @param ip the address of the one who presented the key, IPv4 or IPv6
 * @param environment the environment that asks
 */
public record ValidationContext(
        @Nullable String model,
        @Nullable String tool,
        @Nullable Map<String, Object> arguments,
        @Nullable String ip,
        @Nullable String environment) {

    /** A use of this model. */
    public static ValidationContext ofModel(String model) {
        return new ValidationContext(model, null, null, null, null);
    }

    /** A use of this tool. */
    public static ValidationContext ofTool(String tool) {
        return new ValidationContext(null, tool, null, null, null);
    }

    /** The same, presented from this address. */
    public ValidationContext from(String ip) {
        return new ValidationContext(model, tool, arguments, ip, environment);
    }

    // Arguments are the user's data: a log has no use for them.
    @Override
    public String toString() {
        return "ValidationContext[model=" + model + ", tool=" + tool + ", ip=" + ip + ", environment=" + environment
                + "]";
    }
}
