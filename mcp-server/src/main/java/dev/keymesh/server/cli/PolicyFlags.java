package dev.keymesh.server.cli;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what calls may do; the rest of a policy is written as JSON. */
final class PolicyFlags {
    @Option(
            names = "--models",
            split = ",",
            paramLabel = "MODEL",
            description = "The models that may be called, * for any run of characters; \"\" is none.")
    private @Nullable List<String> models;

    @Option(names = "--deny-models", split = ",", paramLabel = "MODEL", description = "Models that may not be called.")
    private @Nullable List<String> deniedModels;

    @Option(names = "--tools", split = ",", paramLabel = "TOOL", description = "The tools that may be used.")
    private @Nullable List<String> tools;

    @Option(names = "--deny-tools", split = ",", paramLabel = "TOOL", description = "Tools that may not be used.")
    private @Nullable List<String> deniedTools;

    @Option(names = "--max-output-tokens", paramLabel = "N", description = "The most output tokens of a call.")
    private @Nullable Long maxOutputTokens;

    /** The policy's members that were named; empty where none was. */
    Optional<JsonObject> policy() {
        JsonObject policy = new Body()
                .with("allowedModels", models)
                .with("deniedModels", deniedModels)
                .with("toolAllowlist", tools)
                .with("deniedTools", deniedTools)
                .with("maxOutputTokens", maxOutputTokens)
                .json();
        return policy.isEmpty() ? Optional.empty() : Optional.of(policy);
    }
}
