package dev.keymesh.gateway.dialect;

import dev.keymesh.gateway.provider.Shape;
import java.util.List;

/**
 * The vendors' operations that are served: one row each. A new one starts here; what is not here is refused.
 *
 * <p>{@code upstreamPath} is what is appended to a provider's base URL: that of the OpenAI kinds ends in {@code /v1},
 * Anthropic's does not.
 */
public enum Operation {
    CHAT_COMPLETIONS(
            "POST",
            Shape.OPENAI,
            "/chat/completions",
            true,
            "/v1/chat/completions /chat/completions /v1/v1/chat/completions"),
    MESSAGES("POST", Shape.ANTHROPIC, "/v1/messages", true, "/v1/messages /v1/v1/messages /messages"),
    MODELS("GET", Shape.OPENAI, "/models", false, "/v1/models /models");

    private final String method;
    private final Shape shape;
    private final String upstreamPath;
    private final boolean invokesModel;
    private final String paths;

    Operation(String method, Shape shape, String upstreamPath, boolean invokesModel, String paths) {
        this.method = method;
        this.shape = shape;
        this.upstreamPath = upstreamPath;
        this.invokesModel = invokesModel;
        this.paths = paths;
    }

    public String method() {
        return method;
    }

    public Shape shape() {
        return shape;
    }

    public String upstreamPath() {
        return upstreamPath;
    }

    /** Whether policy and money are asked. */
    public boolean invokesModel() {
        return invokesModel;
    }

    /** The documented path first, then common mistakes that are served too. */
    List<String> paths() {
        return List.of(paths.split(" ", -1));
    }

    /** The name in records, such as {@code chat.completions}. */
    public String wire() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '.');
    }
}
