package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.ledger.Keeping;
import dev.keymesh.gateway.ledger.Ledger;
import dev.keymesh.gateway.ledger.Limits;
import dev.keymesh.gateway.ledger.Period;
import dev.keymesh.gateway.ledger.Retention;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.TestPostgres;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What usage answers does not depend on what was rolled up and deleted. */
class KeptUsageTest {
    private static final List<String> GROUPS = List.of(
            "",
            "key",
            "model",
            "day",
            "provider",
            "workspace",
            "owner",
            "tag",
            "externalId",
            "key,model,day",
            "tag,day",
            "owner,provider");
    private static final int CALLS = 1_500;
    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir
    private Path folder;

    @Test
    void onSqlite() {
        usageIsTheSameBeforeAndAfterARollUpAndADeletion(GatewayConfig.embedded(folder));
    }

    @Test
    void onPostgresql() {
        usageIsTheSameBeforeAndAfterARollUpAndADeletion(new GatewayConfig(
                folder,
                "127.0.0.1",
                0,
                TestPostgres.shared().fresh(),
                Durability.POWER,
                null,
                null,
                GatewayConfig.IDLE_TIMEOUT));
    }

    private void usageIsTheSameBeforeAndAfterARollUpAndADeletion(GatewayConfig config) {
        long seed = System.nanoTime();
        System.out.println("KeptUsageTest seed " + seed);
        Random random = new Random(seed);
        List<String> keys = new ArrayList<>();
        try (TestApi api = new TestApi(config)) {
            for (int i = 0; i < 4; i++) {
                String owner = i % 2 == 0 ? "\"owner\":\"o" + i + "\",\"externalId\":\"x" + i + "\"," : "";
                keys.add(TestApi.member(
                        api.key("{\"title\":\"k\"," + owner + "\"tags\":" + (i < 2 ? "[\"a\",\"b\"]" : "[]") + "}"),
                        "id"));
            }
        }
        try (Store store = Store.open(config.database(), CLOCK)) {
            for (int i = 0; i < CALLS; i++) {
                int number = i;
                store.maintain(tx -> call(tx.handle(), random, keys, number));
            }
        }
        List<String> whole = questions(random, keys, true);
        List<String> cut = questions(random, keys, false);
        List<String> before = answers(config, whole);
        List<String> cutBefore = answers(config, cut);
        assertThat(before.getFirst()).doesNotContain("\"requests\":0");
        keep(config, new Retention(null, null));
        assertThat(answers(config, whole)).isEqualTo(before);
        assertThat(answers(config, cut)).isEqualTo(cutBefore);
        late(config, random, keys);
        List<String> withLate = answers(config, whole);
        assertThat(withLate).isNotEqualTo(before);
        keep(config, new Retention(Duration.ofDays(7), null));
        assertThat(answers(config, whole)).isEqualTo(withLate);
        try (TestApi api = new TestApi(config)) {
            String deleted = CLOCK.instant().minus(Duration.ofDays(20)).toString();
            api.refused(
                    400, "usage is kept by UTC day only", "GET", "/api/v1/usage?groupBy=hour&start=" + deleted, null);
            api.refused(400, "usage is kept by UTC day only", "GET", "/api/v1/usage?start=" + deleted, null);
            api.admin("GET", "/api/v1/usage?groupBy=hour", null);
            assertThat(api.admin("GET", "/api/v1/requests?limit=1", null)).contains("req_");
        }
    }

    /** Nine days ago is rolled up, yesterday is not. */
    @ParameterizedTest
    @ValueSource(ints = {9, 1})
    void whatIsWrittenLateForAPastDayIsInTheNextAnswer(int daysAgo) {
        GatewayConfig config = GatewayConfig.embedded(folder);
        Instant at = CLOCK.instant().minus(Duration.ofDays(daysAgo));
        String call = Ids.floor("req", at) + "unknown";
        String key;
        try (TestApi api = new TestApi(config)) {
            key = TestApi.member(api.key("{\"title\":\"k\",\"owner\":\"before\"}"), "id");
        }
        try (Store store = Store.open(config.database(), CLOCK)) {
            store.maintain(tx -> tx.handle().execute("""
                    INSERT INTO call (id, space, workspace, key, provider, model, operation, status, outcome, stream,
                      input_tokens, cached_input_tokens, output_tokens, cost, held, settlement, day, started_at, duration_ms,
                      tokens)
                    VALUES (?, 'default', 'default', ?, 'p', 'm', 'chat', 502, 'failed', FALSE, 0, 0, 0, 1000, 1000, 'unknown',
                      ?, ?, 1, 0)""", call, key, Period.day(at), at.toEpochMilli()));
        }
        keep(config, new Retention(null, null));
        try (TestApi api = new TestApi(config)) {
            String question = "/api/v1/usage?groupBy=owner&start="
                    + at.truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(9));
            String first = api.admin("GET", question, null);
            assertThat(first).contains("\"owner\":\"before\"", "\"cost\":\"0.000001\"");
            assertThat(api.admin("GET", question, null)).isEqualTo(first);
            api.admin("POST", "/api/v1/requests/" + call + "/settlement", "{\"cost\":\"0.5\",\"reason\":\"the bill\"}");
            api.admin("PATCH", "/api/v1/keys/" + key, "{\"owner\":\"after\"}");
            assertThat(api.admin("GET", question, null)).contains("\"owner\":\"after\"", "\"cost\":\"0.5\"");
        }
    }

    /** A call that settles after its day was rolled up. */
    private static void late(GatewayConfig config, Random random, List<String> keys) {
        withLedger(config, (store, ledger) -> {
            String id = Ids.floor("req", CLOCK.instant().minus(Duration.ofDays(9))) + "late";
            ledger.record(new dev.keymesh.gateway.ledger.CallRecord(
                    id,
                    dev.keymesh.gateway.ledger.Scopes.of("default", "default", keys.getFirst()),
                    "p1",
                    "m1",
                    "chat",
                    200,
                    200,
                    "completed",
                    null,
                    false,
                    7,
                    0,
                    random.nextInt(9),
                    123_456L,
                    "reported",
                    null,
                    null,
                    CLOCK.instant().minus(Duration.ofDays(9)),
                    1,
                    1L));
            store.barrier();
        });
    }

    private static void keep(GatewayConfig config, Retention retention) {
        withLedger(config, (store, ledger) -> {
            try (Keeping keeping = Keeping.start(store, ledger, retention, CLOCK)) {
                keeping.once();
                keeping.once();
            }
        });
    }

    private interface Work {
        void run(Store store, Ledger ledger);
    }

    private static void withLedger(GatewayConfig config, Work work) {
        try (Store store = Store.open(config.database(), CLOCK);
                Ledger ledger = new Ledger(store, new Limits(store), CLOCK, Runnable::run, "test")) {
            work.run(store, ledger);
        }
    }

    private static List<String> answers(GatewayConfig config, List<String> questions) {
        try (TestApi api = new TestApi(config)) {
            return questions.stream()
                    .map(question -> question + " " + api.admin("GET", "/api/v1/usage?" + question, null))
                    .toList();
        }
    }

    private static List<String> questions(Random random, List<String> keys, boolean whole) {
        Instant today = CLOCK.instant().truncatedTo(ChronoUnit.DAYS);
        List<String> questions = new ArrayList<>();
        questions.add("start=" + today.minus(Duration.ofDays(60)));
        for (String group : GROUPS) {
            Instant start = today.minus(Duration.ofDays(random.nextInt(50)));
            Instant end = start.plus(Duration.ofDays(1 + random.nextInt(30)));
            Duration off = whole ? Duration.ZERO : Duration.ofMinutes(1 + random.nextInt(1_400));
            String question =
                    "start=" + start.plus(off) + (random.nextBoolean() ? "&end=" + end.plus(off.multipliedBy(2)) : "")
                            + (random.nextInt(4) == 0 ? "&key=" + keys.get(random.nextInt(keys.size())) : "")
                            + (random.nextInt(4) == 0 ? "&workspace=" + encoded("default/default") : "");
            questions.add(group.isEmpty() ? question : "groupBy=" + encoded(group) + "&" + question);
        }
        if (!whole) {
            questions.add("groupBy=hour,key&start=" + today.minus(Duration.ofDays(33)));
        }
        return questions;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static int call(Handle handle, Random random, List<String> keys, int number) {
        Instant at =
                CLOCK.instant().minusMillis(random.nextLong(Duration.ofDays(45).toMillis()));
        // A hold that is made after midnight for a call that came before it.
        int day = Period.day(at) - (random.nextInt(20) == 0 ? -1 : 0);
        boolean correction = random.nextInt(15) == 0;
        boolean refused = random.nextInt(10) == 0;
        @Nullable
        Long cost = random.nextInt(10) == 0
                ? null
                : (Long) (correction ? -random.nextLong(50) : random.nextLong(1_000_000));
        return handle.execute(
                """
                INSERT INTO call (id, space, workspace, key, provider, model, operation, status, outcome, stream,
                  input_tokens, cached_input_tokens, output_tokens, cost, held, settlement, day, started_at, duration_ms, tokens)
                VALUES (?, 'default', ?, ?, ?, ?, 'chat', 200, ?, FALSE, ?, ?, ?, ?, 0, 'reported', ?, ?, 1, 0)""",
                Ids.floor("req", at) + number,
                random.nextInt(3) == 0 ? "other" : "default",
                keys.get(random.nextInt(keys.size())),
                refused ? null : "p" + random.nextInt(2),
                refused || random.nextInt(12) == 0 ? null : "m" + random.nextInt(3),
                correction ? "correction" : refused ? "refused" : "completed",
                random.nextInt(1_000),
                random.nextInt(100),
                random.nextInt(500),
                cost,
                day,
                at.toEpochMilli());
    }
}
