package dev.keymesh.server.cli;

import dev.keymesh.sdk.Query;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code keymesh events}: the event log. */
@Command(
        name = "events",
        description = "Lists what was done and what happened, newest first, or follows it.",
        mixinStandardHelpOptions = true)
final class EventsCommand implements Callable<Integer> {
    private static final Columns COLUMNS = Columns.of("at", "action", "target", "actor.type", "actor.id", "data");

    @Mixin
    private Asked asked = new Asked();

    @Mixin
    private Follow follow = new Follow();

    @Override
    public Integer call() {
        return follow.of(asked, "/api/v1/events", Query.all(), COLUMNS);
    }
}
