package dev.keymesh.server.cli;

import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.WireRequest;
import dev.keymesh.server.mcp.JsonText;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymesh keys issue-all}: many keys from a file, all or none. */
@Command(
        name = "issue-all",
        description =
                "Issues the up to 1,000 keys of a file, all or none, and prints each secret or its link, this once.",
        mixinStandardHelpOptions = true)
final class KeysIssueAll implements Callable<Integer> {
    @Mixin
    private Asked asked = new Asked();

    @Parameters(
            paramLabel = "FILE",
            description = "A .csv table with a head, or JSON: a list of keys, written as the REST API takes them.")
    private Path file = Path.of("");

    @Option(names = "--space", defaultValue = "default", description = "The space. Default: default.")
    private String space = "";

    @Option(names = "--claim", description = "Prints links that show a secret once instead of the secrets.")
    private boolean claim;

    @Option(
            names = "--claim-expires-in",
            paramLabel = "DURATION",
            description = "How long the links are good, PT1M to P30D. Default: P3D.")
    private @Nullable String claimExpiresIn;

    @Override
    public Integer call() {
        byte[] content = read();
        boolean table = file.toString().endsWith(".csv");
        String path = "/api/v1/spaces/" + WireRequest.segment(space) + "/keys/bulk";
        JsonValue keys = table ? JsonValue.NULL : keys(content);
        return asked.to(rest -> show(
                table
                        ? rest.postCsv(
                                path + Query.all().where("deliver", deliver()).where("claimExpiresIn", claimExpiresIn),
                                content)
                        : rest.post(
                                path,
                                new Body()
                                        .with("keys", keys)
                                        .with("deliver", deliver())
                                        .with("claimExpiresIn", claimExpiresIn)
                                        .json())));
    }

    private void show(JsonObject answer) {
        List<JsonObject> issued = answer.getJsonArray("data").getValuesAs(JsonObject.class);
        // Not cut: what is shown once must be whole.
        asked.list(issued, Columns.of("id", "title", "owner", claim ? "claimUrl" : "secret"), 0);
        asked.note(
                claim
                        ? issued.size() + " keys are issued. Each link shows its secret once."
                        : issued.size() + " keys are issued. The secrets are shown this once.");
    }

    private @Nullable String deliver() {
        return claim ? "claim" : null;
    }

    private byte[] read() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw asked.wrong("The file " + file + " cannot be read.");
        }
    }

    private JsonArray keys(byte[] content) {
        try {
            if (JsonText.read(new String(content, StandardCharsets.UTF_8)) instanceof JsonArray keys) {
                return keys;
            }
        } catch (JsonException e) {
            throw asked.wrong(
                    "The file " + file + " is not taken: " + e.getMessage() + ". Write a list, or name it .csv.");
        }
        throw asked.wrong(
                "The file " + file + " must hold a list of keys such as [{\"title\":\"Ana\"}], or be named .csv.");
    }
}
