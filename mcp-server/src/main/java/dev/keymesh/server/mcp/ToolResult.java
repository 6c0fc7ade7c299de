package dev.keymesh.server.mcp;

import jakarta.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What a call of a tool answers.
 *
 * @param content fits the tool's output schema; null where the call failed
 * @param text the same as text, or why it failed
 */
public record ToolResult(@Nullable JsonObject content, String text) {
    static ToolResult of(JsonObject content) {
        return new ToolResult(content, content.toString());
    }

    static ToolResult failed(String why) {
        return new ToolResult(null, why);
    }

    public boolean failed() {
        return content == null;
    }
}
