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

/** {@code keymesh management-keys}: the credentials of the REST API. */
@Command(
        name = "management-keys",
        description = "Lists, issues and revokes management keys.",
        mixinStandardHelpOptions = true)
final class ManagementKeysCommands {
    private static final String PATH = "/api/v1/management-keys";
    private static final Columns COLUMNS =
            Columns.of("id", "status", "permissionSet", "space", "hint", "expiresAt", "title");

    @Command(name = "list", description = "Lists management keys.", mixinStandardHelpOptions = true)
    int list(@Mixin Asked asked) {
        return asked.to(rest -> asked.list(rest.list(PATH, Query.all()), COLUMNS));
    }

    @Command(
            name = "issue",
            description = "Issues a management key and prints it with its secret, this once.",
            mixinStandardHelpOptions = true)
    int issue(
            @Mixin Asked asked,
            @Parameters(paramLabel = "TITLE", description = "Whose it is.") String title,
            @Option(
                            names = "--permission-set",
                            required = true,
                            description = "What it may do: admin, validator, reader or one of your own.")
                    String permissionSet,
            @Option(names = "--space", description = "The only space that it reaches. Default: all of yours.") @Nullable
                    String space,
            @Option(names = "--expires-at", description = "An instant such as 2027-01-01T00:00:00Z.") @Nullable
                    String expiresAt) {
        Body body = new Body()
                .with("title", title)
                .with("permissionSet", permissionSet)
                .with("space", space)
                .with("expiresAt", expiresAt);
        return asked.to(rest -> {
            asked.one(rest.post(PATH, body.json()));
            asked.note("The secret is shown this once. Keep it where its user finds it.");
        });
    }

    @Command(
            name = "revoke",
            description = "Ends a management key for good, after a question.",
            mixinStandardHelpOptions = true)
    int revoke(
            @Mixin Asked asked,
            @Parameters(paramLabel = "ID", description = "Its id.") String id,
            @Option(names = "--yes", description = "Asks no question.") boolean yes) {
        if (!asked.agreed(yes, "Revoke " + id + " for good?")) {
            return 1;
        }
        return asked.to(rest -> {
            JsonObject key = rest.post(PATH + "/" + WireRequest.segment(id) + "/revoke", JsonValue.EMPTY_JSON_OBJECT);
            asked.done(key, id + " (" + key.getString("title") + ") is " + key.getString("status") + ".");
        });
    }
}
