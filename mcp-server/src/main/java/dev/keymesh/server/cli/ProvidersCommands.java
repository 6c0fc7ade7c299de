package dev.keymesh.server.cli;

import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.WireRequest;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymesh providers}: the vendors. A credential comes from standard input or a person, never as an argument. */
@Command(
        name = "providers",
        description = "Lists, adds and tests providers, and replaces their credentials.",
        mixinStandardHelpOptions = true)
final class ProvidersCommands {
    static final String PATH = "/api/v1/providers";

    private static final Columns COLUMNS = Columns.of("name", "kind", "enabled", "hint", "id", "baseUrl");
    private static final String INPUT = "--credential-stdin";
    private static final String INPUT_SAYS = "Reads the credential from standard input. Default: asks for it.";

    @Command(name = "list", description = "Lists providers.", mixinStandardHelpOptions = true)
    int list(@Mixin Asked asked) {
        return asked.to(rest -> asked.list(rest.list(PATH, Query.all()), COLUMNS));
    }

    @Command(name = "add", description = "Adds a provider.", mixinStandardHelpOptions = true)
    int add(
            @Mixin Asked asked,
            @Parameters(paramLabel = "NAME", description = "Its name here.") String name,
            @Option(names = "--kind", required = true, description = "openai, anthropic or openai-compatible.")
                    String kind,
            @Option(names = "--base-url", description = "Where it is. Default: the vendor's own address.") @Nullable
                    String baseUrl,
            @Option(names = "--cap-field", description = "max_tokens or max_completion_tokens. Default: the kind's.")
                    @Nullable
                    String capField,
            @Option(names = INPUT, description = INPUT_SAYS) boolean fromInput) {
        Body body = new Body()
                .with("name", name)
                .with("kind", kind)
                .with("baseUrl", baseUrl)
                .with("capField", capField)
                .with("credential", asked.secret(fromInput, INPUT, "credential"));
        return asked.to(rest -> asked.one(rest.post(PATH, body.json())));
    }

    @Command(
            name = "test",
            description = "Calls a provider once, at no cost; exits with 1 where it does not work.",
            mixinStandardHelpOptions = true)
    int test(@Mixin Asked asked, @Parameters(paramLabel = "NAME", description = "Its name or id.") String name) {
        boolean[] works = {true};
        int status = asked.to(rest -> {
            JsonObject answer = rest.post(path(rest, name) + "/test", JsonValue.EMPTY_JSON_OBJECT);
            works[0] = answer.getBoolean("ok");
            asked.done(answer, name + (works[0] ? " works: " : " does not work: ") + answer.getString("detail"));
        });
        return works[0] ? status : 1;
    }

    @Command(name = "rotate", description = "Gives a provider another credential.", mixinStandardHelpOptions = true)
    int rotate(
            @Mixin Asked asked,
            @Parameters(paramLabel = "NAME", description = "Its name or id.") String name,
            @Option(names = INPUT, description = INPUT_SAYS) boolean fromInput) {
        JsonObject body = new Body()
                .with("credential", asked.secret(fromInput, INPUT, "credential"))
                .json();
        return asked.to(rest -> asked.done(
                rest.post(path(rest, name) + "/rotate", body),
                name + " has the new credential. Try it: ./keymesh providers test " + name));
    }

    @Command(name = "enable", description = "Lets calls go to a provider.", mixinStandardHelpOptions = true)
    int enable(@Mixin Asked asked, @Parameters(paramLabel = "NAME", description = "Its name or id.") String name) {
        return asked.to(rest -> asked.done(switched(rest, name, JsonValue.TRUE), name + " is enabled."));
    }

    @Command(name = "disable", description = "Lets no call go to a provider.", mixinStandardHelpOptions = true)
    int disable(@Mixin Asked asked, @Parameters(paramLabel = "NAME", description = "Its name or id.") String name) {
        return asked.to(rest -> asked.done(switched(rest, name, JsonValue.FALSE), name + " is disabled."));
    }

    @Command(
            name = "delete",
            description = "Takes a provider and its credential away, after a question.",
            mixinStandardHelpOptions = true)
    int delete(
            @Mixin Asked asked,
            @Parameters(paramLabel = "NAME", description = "Its name or id.") String name,
            @Option(names = "--yes", description = "Asks no question.") boolean yes) {
        if (!asked.agreed(yes, "Delete the provider " + name + " and its credential?")) {
            return 1;
        }
        return asked.to(rest -> {
            rest.delete(path(rest, name));
            asked.done(new Body().with("deleted", name).json(), name + " is deleted.");
        });
    }

    private static JsonObject switched(Rest rest, String name, JsonValue enabled) {
        return rest.patch(path(rest, name), new Body().with("enabled", enabled).json());
    }

    /** The path of the provider of this name; what is none is asked for as an id, so that the server says so. */
    private static String path(Rest rest, String name) {
        String id = rest.list(PATH, Query.all()).stream()
                .filter(provider -> provider.getString("name").equals(name))
                .map(provider -> provider.getString("id"))
                .findFirst()
                .orElse(name);
        return PATH + "/" + WireRequest.segment(id);
    }
}
