package dev.keymesh.server.cli;

import jakarta.json.JsonObject;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymesh policy}: asks what a key may do. */
@Command(name = "policy", description = "Asks what a key may do.", mixinStandardHelpOptions = true)
final class PolicyCommands {
    @Command(
            name = "check",
            description = "Asks whether a key may use a model or a tool; exits with 1 where it may not.",
            mixinStandardHelpOptions = true)
    int check(
            @Mixin Asked asked,
            @Parameters(paramLabel = "KEY", description = "The key's id; - reads its secret from standard input.")
                    String key,
            @Option(names = "--model", description = "The model.") @Nullable String model,
            @Option(names = "--tool", description = "The tool.") @Nullable String tool) {
        if ((model == null) == (tool == null)) {
            throw asked.wrong("Ask about one: --model or --tool.");
        }
        if (key.startsWith("km-")) {
            throw asked.wrong("That is a secret, which others of this machine see in an argument:"
                    + " name the key's id, or pass the secret on standard input and write -.");
        }
        JsonObject question = new Body()
                .with("key", key.equals("-") ? asked.secret(true, "-", "key") : key)
                .with("model", model)
                .with("tool", tool)
                .json();
        boolean[] allowed = {true};
        int status = asked.to(rest -> {
            JsonObject answer = rest.post("/api/v1/keys/check", question);
            allowed[0] = answer.getBoolean("allowed");
            asked.done(answer, allowed[0] ? "allowed" : "refused: " + reasons(answer));
        });
        return allowed[0] ? status : 1;
    }

    private static String reasons(JsonObject answer) {
        return answer.getJsonArray("reasons").getValuesAs(JsonObject.class).stream()
                .map(reason -> reason.getString("code")
                        + (reason.isNull("value") ? "" : " (" + Columns.text(reason, "value") + ")"))
                .collect(Collectors.joining(", "));
    }
}
