package dev.keymesh.server.cli;

import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.WireRequest;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymesh keys}: virtual keys. */
@Command(
        name = "keys",
        description = "Lists, issues, disables and revokes virtual keys.",
        subcommands = KeysIssueAll.class,
        mixinStandardHelpOptions = true)
final class KeysCommands {
    private static final Columns COLUMNS =
            Columns.of("id", "status", "workspace", "hint", "expiresAt", "lastUsedAt", "owner", "title");

    private final InstantSource clock;

    KeysCommands() {
        this(InstantSource.system());
    }

    KeysCommands(InstantSource clock) {
        this.clock = clock;
    }

    @Command(
            name = "list",
            description = "Lists a space's keys, newest first, revoked ones too.",
            mixinStandardHelpOptions = true)
    int list(
            @Mixin Asked asked,
            @Option(names = "--space", defaultValue = "default", description = "The space. Default: default.")
                    String space,
            @Option(names = "--workspace", description = "Only this workspace's.") @Nullable String workspace,
            @Option(names = "--status", description = "Only active, disabled, revoked or expired ones.") @Nullable
                    String status,
            @Option(names = "--owner", description = "Only this owner's.") @Nullable String owner,
            @Option(names = "--tag", description = "Only those with this tag.") @Nullable String tag,
            @Option(names = "--search", description = "Only those whose title, owner or id holds this text.") @Nullable
                    String text) {
        Query query = Query.all()
                .where("workspace", workspace)
                .where("status", status)
                .where("owner", owner)
                .where("tag", tag)
                .where("q", text);
        return asked.to(rest -> asked.list(rest.list(keys(space), query), COLUMNS));
    }

    @Command(name = "show", description = "Shows a key and its budgets.", mixinStandardHelpOptions = true)
    int show(@Mixin Asked asked, @Parameters(paramLabel = "ID", description = "The key's id.") String id) {
        return asked.to(rest -> {
            asked.one(rest.get(key(id)));
            if (!asked.isJson()) {
                asked.out().println();
                asked.list(
                        rest.list("/api/v1/budgets", Query.all().where("scope", "key:" + id)), BudgetsCommands.COLUMNS);
            }
        });
    }

    @Command(
            name = "issue",
            description = "Issues a key and prints it with its secret, this once.",
            mixinStandardHelpOptions = true)
    int issue(
            @Mixin Asked asked,
            @Parameters(paramLabel = "TITLE", description = "What it is for.") String title,
            @Option(names = "--space", defaultValue = "default", description = "The space. Default: default.")
                    String space,
            @Option(names = "--workspace", description = "The workspace. Default: default.") @Nullable String workspace,
            @Option(names = "--budget", paramLabel = "USD", description = "US dollars in each period, such as 5.00.")
                    @Nullable
                    String budget,
            @Option(names = "--period", description = "total, daily, weekly or monthly. Default: monthly.") @Nullable
                    String period,
            @Option(names = "--expires-in", paramLabel = "DURATION", description = "Such as P90D or PT12H.") @Nullable
                    String expiresIn,
            @Option(names = "--owner", description = "Who answers for it.") @Nullable String owner,
            @Option(names = "--tag", description = "A tag; may be repeated.") @Nullable List<String> tags,
            @Option(names = "--external-id", description = "Your own name for it.") @Nullable String externalId,
            @Mixin PolicyFlags flags) {
        if (period != null && budget == null) {
            throw asked.wrong("--period is that of a budget: name one with --budget.");
        }
        Body body = new Body()
                .with("title", title)
                .with("workspace", workspace)
                .with("expiresAt", expiresIn == null ? null : expiry(asked, expiresIn))
                .with("owner", owner)
                .with("tags", tags)
                .with("externalId", externalId);
        if (budget != null) {
            body.with(
                    "budget",
                    new Body()
                            .with("amount", budget)
                            .with("period", period == null ? "monthly" : period)
                            .json());
        }
        flags.policy().ifPresent(policy -> body.with("policy", policy));
        return asked.to(rest -> {
            asked.one(rest.post(keys(space), body.json()));
            asked.note("The secret is shown this once. Keep it where its user finds it.");
        });
    }

    @Command(
            name = "disable",
            description = "Refuses a key's calls until it is enabled.",
            mixinStandardHelpOptions = true)
    int disable(@Mixin Asked asked, @Parameters(paramLabel = "ID", description = "The key's id.") String id) {
        return asked.to(rest -> act(asked, rest, id, "disable"));
    }

    @Command(name = "enable", description = "Takes a disabling back.", mixinStandardHelpOptions = true)
    int enable(@Mixin Asked asked, @Parameters(paramLabel = "ID", description = "The key's id.") String id) {
        return asked.to(rest -> act(asked, rest, id, "enable"));
    }

    @Command(
            name = "revoke",
            description = "Ends a key and its children for good, after a question.",
            mixinStandardHelpOptions = true)
    int revoke(
            @Mixin Asked asked,
            @Parameters(paramLabel = "ID", description = "The key's id.") String id,
            @Option(names = "--yes", description = "Asks no question.") boolean yes) {
        if (!asked.agreed(yes, "Revoke " + id + " for good?")) {
            return 1;
        }
        return asked.to(rest -> act(asked, rest, id, "revoke"));
    }

    private static void act(Asked asked, Rest rest, String id, String verb) {
        JsonObject key = rest.post(key(id) + "/" + verb, JsonValue.EMPTY_JSON_OBJECT);
        asked.done(key, id + " (" + key.getString("title") + ") is " + key.getString("status") + ".");
    }

    private String expiry(Asked asked, String duration) {
        try {
            return clock.instant().plus(Duration.parse(duration)).toString();
        } catch (DateTimeException | ArithmeticException e) {
            throw asked.wrong("--expires-in must be a duration such as P90D or PT12H.");
        }
    }

    private static String keys(String space) {
        return "/api/v1/spaces/" + WireRequest.segment(space) + "/keys";
    }

    private static String key(String id) {
        return "/api/v1/keys/" + WireRequest.segment(id);
    }
}
