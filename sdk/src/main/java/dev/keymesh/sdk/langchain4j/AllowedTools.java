package dev.keymesh.sdk.langchain4j;

import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.wire.CheckRequest;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import java.util.ArrayList;
import java.util.List;

/**
 * Of somebody's tools those that a virtual key may use. What is denied is not shown to the model, and every call is
 * asked for once more with its arguments before it runs: a model may name a tool that it was never shown.
 *
 * <p>The policy of the key's whole chain decides, under the tools' literal names. Where Keymesh does not answer,
 * {@link #provideTools} throws and a call is refused.
 */
public final class AllowedTools implements ToolProvider {
    private final Keymesh keymesh;
    private final ToolProvider tools;

    /**
     * Filters these tools.
     *
     * @param keymesh presents the virtual key of the agent
     */
    public AllowedTools(Keymesh keymesh, ToolProvider tools) {
        this.keymesh = keymesh;
        this.tools = tools;
    }

    /**
     * The tools that may be used now.
     *
     * @throws dev.keymesh.sdk.KeymeshException where the key is refused or Keymesh does not answer
     */
    @Override
    public ToolProviderResult provideTools(ToolProviderRequest request) {
        List<AiServiceTool> allowed = new ArrayList<>();
        for (AiServiceTool tool : tools.provideTools(request).aiServiceTools()) {
            CheckRequest question = CheckRequest.ofTool(tool.name());
            if (keymesh.spaces().keys().check(question).allowed()) {
                allowed.add(tool.toBuilder()
                        .toolExecutor(new CheckedTool(keymesh, tool.toolExecutor()))
                        .build());
            }
        }
        return ToolProviderResult.builder().addAll(allowed).build();
    }

    @Override
    public boolean isDynamic() {
        return tools.isDynamic();
    }
}
