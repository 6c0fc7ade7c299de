package dev.keymesh.examples;

import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.langchain4j.AllowedTools;
import dev.langchain4j.mcp.McpToolProvider;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.transport.http.StreamableHttpMcpTransport;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.Result;
import dev.langchain4j.service.tool.ToolProvider;
import java.util.Map;

/**
 * A LangChain4j agent with a virtual key: its model is called through the gateway, Keymesh's own tools come by MCP, and
 * of all tools it has those that its key's allowlist names.
 */
public final class Agent implements AutoCloseable {
    /** What the agent does. */
    public interface Assistant {
        Result<String> answer(String question);
    }

    private final McpClient mcp;
    private final Assistant assistant;

    /**
     * Connects.
     *
     * @param url such as {@code http://localhost:8787}
     * @param key a virtual key
     * @param own the tools of this program
     */
    public Agent(String url, String key, String model, ToolProvider own) {
        mcp = DefaultMcpClient.builder()
                .transport(StreamableHttpMcpTransport.builder()
                        .url(url + "/mcp")
                        .customHeaders(Map.of("Authorization", "Bearer " + key))
                        .build())
                .build();
        Keymesh keymesh = Keymesh.at(url).with(key);
        ToolProvider keymeshTools = McpToolProvider.builder().mcpClients(mcp).build();
        assistant = AiServices.builder(Assistant.class)
                .chatModel(OpenAiChatModel.builder()
                        .baseUrl(url + "/v1")
                        .apiKey(key)
                        .modelName(model)
                        .maxRetries(0)
                        .build())
                .toolProviders(new AllowedTools(keymesh, keymeshTools), new AllowedTools(keymesh, own))
                .build();
    }

    public Result<String> answer(String question) {
        return assistant.answer(question);
    }

    @Override
    public void close() {
        try {
            mcp.close();
        } catch (Exception e) {
            throw new IllegalStateException("The MCP client did not close.", e);
        }
    }
}
