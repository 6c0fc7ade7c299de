package dev.keymesh.server.cli;

import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.WireRequest;
import dev.keymesh.server.mcp.JsonText;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymesh workspaces}: tenants inside a space, and what their calls may do. */
@Command(
        name = "workspaces",
        description = "Lists and creates workspaces, shows and sets their policies.",
        mixinStandardHelpOptions = true)
final class WorkspacesCommands {
    private static final Columns COLUMNS =
            Columns.of("id", "environment", "createdAt", "title", "policy.allowedModels", "policy.toolAllowlist");

    @Command(name = "list", description = "Lists a space's workspaces.", mixinStandardHelpOptions = true)
    int list(
            @Mixin Asked asked,
            @Option(names = "--space", defaultValue = "default", description = "The space. Default: default.")
                    String space) {
        return asked.to(rest -> asked.list(rest.list(workspaces(space), Query.all()), COLUMNS));
    }

    @Command(name = "show", description = "Shows a workspace.", mixinStandardHelpOptions = true)
    int show(
            @Mixin Asked asked,
            @Parameters(paramLabel = "ID", description = "The workspace's slug.") String id,
            @Option(names = "--space", defaultValue = "default", description = "The space. Default: default.")
                    String space) {
        return asked.to(rest -> asked.one(rest.get(workspace(space, id))));
    }

    @Command(name = "create", description = "Creates a workspace.", mixinStandardHelpOptions = true)
    int create(
            @Mixin Asked asked,
            @Parameters(paramLabel = "ID", description = "Its slug, such as acme-prod.") String id,
            @Option(names = "--space", defaultValue = "default", description = "The space. Default: default.")
                    String space,
            @Option(names = "--title", description = "Its title. Default: the slug.") @Nullable String title,
            @Option(names = "--environment", description = "live or test, by default the server's choice.") @Nullable
                    String environment,
            @Mixin PolicyFlags flags) {
        Body body = new Body()
                .with("id", id)
                .with("title", title == null ? id : title)
                .with("environment", environment);
        flags.policy().ifPresent(policy -> body.with("policy", policy));
        return asked.to(rest -> asked.one(rest.post(workspaces(space), body.json())));
    }

    @Command(
            name = "policy",
            description = {
                "Sets members of a workspace's policy; what is not named stays.",
                "Without options it prints the policy."
            },
            mixinStandardHelpOptions = true)
    int policy(
            @Mixin Asked asked,
            @Parameters(paramLabel = "ID", description = "The workspace's slug.") String id,
            @Option(names = "--space", defaultValue = "default", description = "The space. Default: default.")
                    String space,
            @Option(
                            names = "--file",
                            paramLabel = "FILE",
                            description = "A JSON object of members of the policy; null takes one away.")
                    @Nullable
                    Path file,
            @Mixin PolicyFlags flags) {
        Optional<JsonObject> named = flags.policy();
        if (file != null && named.isPresent()) {
            throw asked.wrong("Name the policy by options or in a file, not both.");
        }
        Optional<JsonObject> wanted = file == null ? named : Optional.of(read(asked, file));
        return asked.to(rest -> {
            JsonObject workspace = wanted.map(policy -> rest.patch(
                            workspace(space, id),
                            new Body().with("policy", policy).json()))
                    .orElseGet(() -> rest.get(workspace(space, id)));
            if (isUnrestricted(workspace.getOrDefault("policy", JsonValue.NULL))) {
                asked.done(workspace, id + " has no policy: nothing is restricted.");
            } else {
                asked.one(workspace.getJsonObject("policy"));
            }
        });
    }

    private static boolean isUnrestricted(JsonValue policy) {
        return !(policy instanceof JsonObject members)
                || members.values().stream().allMatch(value -> value.getValueType() == JsonValue.ValueType.NULL);
    }

    private static JsonObject read(Asked asked, Path file) {
        try {
            return JsonText.object(Files.readString(file));
        } catch (IOException e) {
            throw asked.wrong("The file " + file + " cannot be read.");
        } catch (JsonException e) {
            throw asked.wrong("The file " + file + " is not taken: " + e.getMessage() + ". Write a JSON object.");
        }
    }

    private static String workspaces(String space) {
        return "/api/v1/spaces/" + WireRequest.segment(space) + "/workspaces";
    }

    private static String workspace(String space, String id) {
        return workspaces(space) + "/" + WireRequest.segment(id);
    }
}
