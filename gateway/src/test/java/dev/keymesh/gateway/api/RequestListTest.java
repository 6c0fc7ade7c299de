package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.TestPostgres;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of calls: what they are narrowed to, where they go on, and what is read for them. */
class RequestListTest {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final int CALLS = 120;
    private static final List<String> FILTERS = List.of("key", "workspace", "model", "outcome");
    private static final Pattern ID = Pattern.compile("\"id\":\"(req_[^\"]*)\"");

    @TempDir
    private Path folder;

    private record Made(String id, List<String> values) {}

    @Test
    void anyFiltersFindTheirCallsNewestFirstPageByPageOnSqlite() {
        anyFiltersFindTheirCalls(GatewayConfig.embedded(folder));
    }

    @Test
    void anyFiltersFindTheirCallsNewestFirstPageByPageOnPostgresql() {
        try (TestPostgres postgres = new TestPostgres()) {
            anyFiltersFindTheirCalls(new GatewayConfig(
                    folder,
                    "127.0.0.1",
                    0,
                    postgres.fresh(),
                    Durability.POWER,
                    null,
                    null,
                    GatewayConfig.IDLE_TIMEOUT));
        }
    }

    @Test
    void whatNamesNoKeyIsLookedForInTheNarrowIndexAlone() {
        try (Store store = Store.open(GatewayConfig.embedded(folder).database(), CLOCK)) {
            for (String conditions : List.of(
                    " AND workspace = 'w'",
                    " AND model = 'm' AND id < 'req_1'",
                    " AND outcome = 'failed' AND space = 's'",
                    "")) {
                List<String> plan =
                        store.read(h -> h.createQuery("EXPLAIN QUERY PLAN " + RequestRows.newest(conditions))
                                .bind("limit", 51)
                                .map((row, context) -> row.getString("detail"))
                                .list());
                assertThat(plan).as(conditions).anyMatch(line -> line.contains("USING COVERING INDEX call_by_time"));
                assertThat(plan).as(conditions).noneMatch(line -> line.equals("SCAN call"));
            }
        }
    }

    private void anyFiltersFindTheirCalls(GatewayConfig config) {
        long seed = System.nanoTime();
        System.out.println("RequestListTest seed " + seed);
        Random random = new Random(seed);
        // The API opens the database first, so that its schema and its root key are there.
        new TestApi(config).close();
        List<Made> made = new ArrayList<>();
        try (Store store = Store.open(config.database(), CLOCK)) {
            for (int i = 0; i < CALLS; i++) {
                int number = i;
                made.addFirst(store.maintain(tx -> call(tx.handle(), random, number)));
            }
        }
        try (TestApi at = new TestApi(config)) {
            for (int asked = 0; asked < 1 << FILTERS.size(); asked++) {
                found(at, asked, made.get(random.nextInt(CALLS)).values(), made);
            }
            found(at, 2, List.of("", "nowhere", "", ""), made);
        }
    }

    private static void found(TestApi at, int asked, List<String> values, List<Made> made) {
        StringBuilder query = new StringBuilder("/api/v1/requests?limit=7");
        List<Made> expected = new ArrayList<>(made);
        for (int i = 0; i < FILTERS.size(); i++) {
            int column = i;
            if ((asked & 1 << i) != 0) {
                query.append('&').append(FILTERS.get(i)).append('=').append(values.get(i));
                expected.removeIf(call -> !call.values().get(column).equals(values.get(column)));
            }
        }
        List<String> ids = new ArrayList<>();
        String cursor = "";
        do {
            String page = at.admin("GET", query + cursor, null);
            ID.matcher(page).results().map(id -> id.group(1)).forEach(ids::add);
            cursor = page.contains("\"nextCursor\":null") ? "" : "&cursor=" + TestApi.member(page, "nextCursor");
        } while (!cursor.isEmpty());
        assertThat(ids)
                .as(query.toString())
                .isEqualTo(expected.stream().map(Made::id).toList());
    }

    /** A call; a third of them with a correction, which is no call of its own. */
    private static Made call(Handle handle, Random random, int number) {
        String id = Ids.floor("req", CLOCK.instant().minusSeconds(CALLS - number)) + number;
        Made made = new Made(
                id,
                List.of(
                        "key_" + random.nextInt(3),
                        "w" + random.nextInt(3),
                        "m" + random.nextInt(3),
                        List.of("completed", "refused", "failed").get(random.nextInt(3))));
        insert(handle, id, made.values().get(3), null, made);
        if (number % 3 == 0) {
            insert(handle, id + "c", "correction", id, made);
        }
        return made;
    }

    private static void insert(Handle handle, String id, String outcome, @Nullable String corrects, Made made) {
        handle.createUpdate("""
                        INSERT INTO call (id, space, workspace, key, provider, model, operation, status, outcome, stream,
                          input_tokens, cached_input_tokens, output_tokens, cost, held, settlement, day, started_at,
                          duration_ms, corrects, tokens)
                        VALUES (:id, 'default', :workspace, :key, 'p', :model, 'chat', 200, :outcome, FALSE,
                          1, 0, 1, 1, 0, 'estimated', 0, 0, 1, :corrects, 2)""")
                .bind("id", id)
                .bind("key", made.values().get(0))
                .bind("workspace", made.values().get(1))
                .bind("model", made.values().get(2))
                .bind("outcome", outcome)
                .bind("corrects", corrects)
                .execute();
    }
}
