package dev.keymesh.server.cli;

import dev.keymesh.sdk.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keymesh usage}: what was used and what it cost. */
@Command(
        name = "usage",
        description = "Sums calls, tokens and cost, this month's where no start is named.",
        mixinStandardHelpOptions = true)
final class UsageCommand implements Callable<Integer> {
    private static final List<String> SUMS =
            List.of("requests", "inputTokens", "cachedInputTokens", "outputTokens", "cost", "currency");

    @Mixin
    private Asked asked = new Asked();

    @Option(
            names = "--by",
            split = ",",
            paramLabel = "MEMBER",
            description = "Any of key, model, day, provider, workspace, owner, tag, externalId, hour.")
    private List<String> by = List.of();

    @Option(names = "--start", description = "The first instant, such as 2026-11-01 or 2026-11-01T12:00:00Z.")
    private @Nullable String start;

    @Option(names = "--end", description = "The first instant that is left out.")
    private @Nullable String end;

    @Option(names = "--of-key", paramLabel = "ID", description = "Only this key's.")
    private @Nullable String key;

    @Option(names = "--workspace", paramLabel = "SPACE/ID", description = "Only this workspace's.")
    private @Nullable String workspace;

    @Option(names = "--csv", description = "Prints CSV.")
    private boolean csv;

    @Override
    public Integer call() {
        if (csv && asked.isJson()) {
            throw asked.wrong("Ask for --csv or --json, not both.");
        }
        Query query = Query.all()
                .groupBy(by.toArray(String[]::new))
                .where("start", instant(start))
                .where("end", instant(end))
                .where("key", key)
                .where("workspace", workspace);
        List<String> columns = new ArrayList<>(by);
        columns.addAll(SUMS);
        return asked.to(rest -> {
            if (csv) {
                asked.out().print(rest.usageCsv(query));
            } else {
                asked.list(rest.whole("/api/v1/usage" + query), Columns.of(columns.toArray(String[]::new)));
            }
        });
    }

    /** A day is its first instant in UTC. */
    private static @Nullable String instant(@Nullable String text) {
        return text != null && text.matches("\\d{4}-\\d\\d-\\d\\d") ? text + "T00:00:00Z" : text;
    }
}
