package dev.keymesh.sdk.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question whether a key may do something: the body of {@code POST /api/v1/keys/check}. It costs and counts nothing.
 *
 * @param key the key's id, {@code key_...}, or its secret, {@code km-...}; null is the virtual key that asks
 * @param model the model's name; null asks about no model
 * @param tool the tool's name, where no model is asked about
 * @param arguments the tool's arguments
 */
public record CheckRequest(
        @Nullable String key,
        @Nullable String model,
        @Nullable String tool,
        @Nullable Map<String, Object> arguments) {

    /** Whether the asking key may use this model. */
    public static CheckRequest ofModel(String model) {
        return new CheckRequest(null, model, null, null);
    }

    /** Whether the asking key may use this tool. */
    public static CheckRequest ofTool(String tool) {
        return new CheckRequest(null, null, tool, null);
    }

    /** The same about this key. */
    public CheckRequest about(String key) {
        return new CheckRequest(key, model, tool, arguments);
    }

    // The key may be a secret, and arguments are the user's data.
    @Override
    public String toString() {
        return "CheckRequest[model=" + model + ", tool=" + tool + "]";
    }
}
