package dev.keymesh.server.mcp.sdk;

import dev.keymesh.server.mcp.Asker;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.List;
import java.util.Map;

/** Questions to the person by the protocol's elicitation. */
record Elicitation(McpSyncServerExchange exchange) implements Asker {
    @Override
    public boolean canAsk() {
        McpSchema.ClientCapabilities capabilities = exchange.getClientCapabilities();
        if (capabilities == null || capabilities.elicitation() == null) {
            return false;
        }
        return capabilities.elicitation().form() != null
                || capabilities.elicitation().url() == null;
    }

    @Override
    public boolean agrees(String question) {
        Map<String, Object> schema = Map.of(
                "type",
                "object",
                "properties",
                Map.of("confirm", Map.of("type", "boolean", "title", "Yes, do it")),
                "required",
                List.of("confirm"));
        try {
            McpSchema.ElicitResult answer = exchange.createElicitation(
                    McpSchema.ElicitFormRequest.builder(question, schema).build());
            return answer.action() == McpSchema.ElicitResult.Action.ACCEPT
                    && answer.content() != null
                    && Boolean.TRUE.equals(answer.content().get("confirm"));
        } catch (RuntimeException e) {
            // A client that fails, closes or never answers has not agreed.
            return false;
        }
    }
}
