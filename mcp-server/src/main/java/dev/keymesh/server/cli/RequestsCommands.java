package dev.keymesh.server.cli;

import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.WireRequest;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code keymesh requests}: single calls; by itself it lists them. */
@Command(
        name = "requests",
        description = "Lists calls, newest first, or follows them.",
        mixinStandardHelpOptions = true)
final class RequestsCommands implements Callable<Integer> {
    private static final String PATH = "/api/v1/requests";
    private static final Columns COLUMNS = Columns.of(
            "startedAt",
            "status",
            "model",
            "cost",
            "id",
            "durationMs",
            "inputTokens",
            "outputTokens",
            "outcome",
            "provider",
            "key",
            "errorCode");

    @Mixin
    private Asked asked = new Asked();

    @Mixin
    private Follow follow = new Follow();

    @Option(names = "--of-key", paramLabel = "ID", description = "Only this key's.")
    private @Nullable String key;

    @Override
    public Integer call() {
        return list(asked, follow, key);
    }

    @Command(name = "list", description = "The same.", mixinStandardHelpOptions = true)
    int list(
            @Mixin Asked asked,
            @Mixin Follow follow,
            @Option(names = "--of-key", paramLabel = "ID", description = "Only this key's.") @Nullable String key) {
        return follow.of(asked, PATH, Query.all().where("key", key), COLUMNS);
    }

    @Command(name = "show", description = "Shows a call.", mixinStandardHelpOptions = true)
    int show(@Mixin Asked asked, @Parameters(paramLabel = "ID", description = "The call's id.") String id) {
        return asked.to(rest -> asked.one(rest.get(PATH + "/" + WireRequest.segment(id))));
    }
}
