package dev.keymesh.server.mcp;

import jakarta.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * One tool, for every era of the protocol.
 *
 * @param name at most 24 characters
 * @param inputSchema as {@link Arguments} checks it
 * @param outputSchema of what {@link Act} answers
 */
public record Tool(
        String name,
        String title,
        String description,
        JsonObject inputSchema,
        JsonObject outputSchema,
        Hints hints,
        Rule rule,
        Act act) {

    /** What a client may expect of a call, as the protocol's annotations. */
    public record Hints(boolean readOnly, boolean destructive, boolean idempotent, boolean openWorld) {
        static final Hints READ = new Hints(true, false, true, false);
    }

    /**
     * Who sees the tool, and so may call it; what a call may touch is the gateway's own judgement.
     *
     * @param permission what a management key needs; null is none can
     * @param virtualKeys whether virtual keys do
     */
    record Rule(@Nullable String permission, boolean virtualKeys) {
        boolean lets(Caller caller) {
            return caller.virtualKey()
                    ? virtualKeys
                    : permission != null && caller.whoami().permissions().contains(permission);
        }
    }

    /** What a call does; throws {@link Refused} or the SDK's exception where it does not. */
    interface Act {
        JsonObject apply(ToolCall call);
    }
}
