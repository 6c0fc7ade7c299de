package dev.keymesh.server.cli;

import dev.keymesh.sdk.Query;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import picocli.CommandLine.Option;

/**
 * The options of a list that goes on, and how it is followed: the newest are asked for every second and what was not seen is
 * printed, oldest first. Of a record that comes late, such as a long call's, the place is before newer ones; it is found
 * while it is among the newest hundred.
 */
final class Follow {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int NEWEST = 100;
    private static final int REMEMBERED = 5_000;
    private static final int MOST = 1_000;

    @Option(names = "--follow", description = "Goes on with what comes, until it is interrupted.")
    private boolean follow;

    @Option(names = "--limit", defaultValue = "20", description = "How many of the newest at first. Default: 20.")
    private int limit = 20;

    /** Prints the list, then what comes. */
    int of(Asked asked, String path, Query query, Columns columns) {
        if (limit < 1) {
            throw asked.wrong("--limit must be 1 or more.");
        }
        if (!follow) {
            return asked.to(rest -> asked.list(rest.list(path, query, limit), columns));
        }
        return asked.to(rest -> {
            SequencedSet<String> seen = new LinkedHashSet<>();
            Table table = new Table(asked.terminal().width());
            table.row(columns.heads());
            int heads = 1;
            List<JsonObject> first = rest.list(path, query, Math.max(limit, NEWEST));
            print(asked, first.subList(0, Math.min(limit, first.size())), table, heads, columns);
            first.reversed().forEach(record -> seen.add(id(record)));
            while (pause() && !asked.isClosed()) {
                print(asked, unseen(rest, path, query, seen), table, 0, columns);
            }
        });
    }

    private static void print(Asked asked, List<JsonObject> newestFirst, Table table, int heads, Columns columns) {
        if (asked.isJson()) {
            newestFirst.reversed().forEach(asked::line);
        } else {
            newestFirst.reversed().forEach(record -> table.row(columns.of(record)));
            table.lines(heads).forEach(asked.out()::println);
        }
        asked.out().flush();
    }

    /** Where none of a hundred was seen there may be more before them. */
    private static List<JsonObject> unseen(Rest rest, String path, Query query, SequencedSet<String> seen) {
        List<JsonObject> fresh = fresh(rest.list(path, query, NEWEST), seen);
        if (fresh.size() == NEWEST) {
            fresh = fresh(rest.list(path, query, MOST), seen);
        }
        fresh.reversed().forEach(record -> seen.add(id(record)));
        while (seen.size() > REMEMBERED) {
            seen.removeFirst();
        }
        return fresh;
    }

    private static List<JsonObject> fresh(List<JsonObject> newest, SequencedSet<String> seen) {
        List<JsonObject> fresh = new ArrayList<>(newest);
        fresh.removeIf(record -> seen.contains(id(record)));
        return fresh;
    }

    private static String id(JsonObject record) {
        return record.getString("id");
    }

    private static boolean pause() {
        try {
            Thread.sleep(PAUSE);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
