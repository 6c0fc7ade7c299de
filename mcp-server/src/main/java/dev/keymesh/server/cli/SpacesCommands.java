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

/** {@code keymesh spaces}: what keeps workspaces and keys apart, and its stop switch. */
@Command(name = "spaces", description = "Lists, creates, stops and starts spaces.", mixinStandardHelpOptions = true)
final class SpacesCommands {
    private static final String PATH = "/api/v1/spaces";
    private static final Columns COLUMNS = Columns.of("id", "status", "createdAt", "disabledAt", "title");

    @Command(name = "list", description = "Lists spaces.", mixinStandardHelpOptions = true)
    int list(@Mixin Asked asked) {
        return asked.to(rest -> asked.list(rest.list(PATH, Query.all()), COLUMNS));
    }

    @Command(name = "show", description = "Shows a space.", mixinStandardHelpOptions = true)
    int show(@Mixin Asked asked, @Parameters(paramLabel = "ID", description = "The space's slug.") String id) {
        return asked.to(rest -> asked.one(rest.get(path(id))));
    }

    @Command(name = "create", description = "Creates a space.", mixinStandardHelpOptions = true)
    int create(
            @Mixin Asked asked,
            @Parameters(paramLabel = "ID", description = "Its slug, such as acme.") String id,
            @Option(names = "--title", description = "Its title. Default: the slug.") @Nullable String title) {
        Body body = new Body().with("id", id).with("title", title == null ? id : title);
        return asked.to(rest -> asked.one(rest.post(PATH, body.json())));
    }

    @Command(
            name = "disable",
            description = "Refuses every key of a space at once and ends its calls, after a question.",
            mixinStandardHelpOptions = true)
    int disable(
            @Mixin Asked asked,
            @Parameters(paramLabel = "ID", description = "The space's slug.") String id,
            @Option(names = "--yes", description = "Asks no question.") boolean yes) {
        if (!asked.agreed(yes, "Refuse every key of the space " + id + " now?")) {
            return 1;
        }
        return asked.to(rest -> act(asked, rest, id, "disable"));
    }

    @Command(name = "enable", description = "Takes a disabling back.", mixinStandardHelpOptions = true)
    int enable(@Mixin Asked asked, @Parameters(paramLabel = "ID", description = "The space's slug.") String id) {
        return asked.to(rest -> act(asked, rest, id, "enable"));
    }

    private static void act(Asked asked, Rest rest, String id, String verb) {
        JsonObject space = rest.post(path(id) + "/" + verb, JsonValue.EMPTY_JSON_OBJECT);
        asked.done(space, "The space " + id + " is " + space.getString("status") + ".");
    }

    private static String path(String id) {
        return PATH + "/" + WireRequest.segment(id);
    }
}
