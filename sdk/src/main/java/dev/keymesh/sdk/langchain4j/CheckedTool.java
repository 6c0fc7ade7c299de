package dev.keymesh.sdk.langchain4j;

import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.wire.CheckAnswer;
import dev.keymesh.sdk.wire.CheckRequest;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import jakarta.json.bind.JsonbException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A tool that runs when the key may call it with these arguments; else the model is told why it did not. */
final class CheckedTool implements ToolExecutor {
    private final Keymesh keymesh;
    private final ToolExecutor tool;

    CheckedTool(Keymesh keymesh, ToolExecutor tool) {
        this.keymesh = keymesh;
        this.tool = tool;
    }

    @Override
    public String execute(ToolExecutionRequest request, Object memoryId) {
        String refused = refused(request);
        return refused == null ? tool.execute(request, memoryId) : refused;
    }

    @Override
    public ToolExecutionResult executeWithContext(ToolExecutionRequest request, InvocationContext context) {
        String refused = refused(request);
        return refused == null
                ? tool.executeWithContext(request, context)
                : ToolExecutionResult.builder()
                        .isError(true)
                        .resultText(refused)
                        .build();
    }

    /** Why it must not run, or null. */
    private @Nullable String refused(ToolExecutionRequest request) {
        try {
            CheckAnswer answer =
                    keymesh.spaces().keys().check(new CheckRequest(null, null, request.name(), arguments(request)));
            return answer.allowed()
                    ? null
                    : "The tool '" + request.name() + "' was not run: "
                            + answer.reasons().stream()
                                    .map(CheckAnswer.Reason::code)
                                    .collect(Collectors.joining(", "))
                            + ". Ask whoever issued your key to allow it.";
        } catch (JsonbException e) {
            return "The tool '" + request.name() + "' was not run: its arguments are not a JSON object.";
        } catch (KeymeshException e) {
            return "The tool '" + request.name() + "' was not run: Keymesh could not be asked. " + e.getMessage();
        }
    }

    private static Map<String, Object> arguments(ToolExecutionRequest request) {
        String text = request.arguments();
        if (text == null || text.isBlank()) {
            return Map.of();
        }
        Map<String, Object> named = new TreeMap<>();
        Map<?, ?> read = Json.fromBytes(text.getBytes(StandardCharsets.UTF_8), Map.class);
        read.forEach((name, value) -> named.put(String.valueOf(name), value));
        return named;
    }
}
