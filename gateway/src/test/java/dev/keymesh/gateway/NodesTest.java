package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.access.TestKeys;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.store.TestPostgres;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes on one PostgreSQL: what one of them does, the other one knows. */
class NodesTest {
    /** What a revocation may take at most. */
    private static final Duration SECOND = Duration.ofSeconds(1);
    /** What anything else may take on a busy machine. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private static final String DEFAULT = "/api/v1/spaces/default/workspaces/default";

    private final TestPostgres postgres = TestPostgres.shared();
    private TestGateway a;
    private TestGateway b;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        String url = postgres.fresh();
        Path own = Files.createTempDirectory(folder, "a");
        Path other = Files.createTempDirectory(folder, "b");
        a = new TestGateway(config(own, url));
        Files.copy(own.resolve("master.key"), other.resolve("master.key"));
        // The other node's own clock is wrong by days.
        InstantSource wrong =
                InstantSource.offset(InstantSource.system(), Duration.ofDays(40).negated());
        b = new TestGateway(config(other, url), a, wrong);
    }

    @AfterEach
    void stop() {
        b.gateway.close();
        a.close();
    }

    private static GatewayConfig config(Path data, String url) {
        return new GatewayConfig(data, "127.0.0.1", 0, url, Durability.POWER, null, null, GatewayConfig.IDLE_TIMEOUT);
    }

    @Test
    void aKeyThatOneNodeIssuesIsGoodOnTheOtherAndItsRevocationReachesItWithinASecond() {
        TestGateway.Key key = a.issue("1.00");
        assertThat(status(b, key)).isEqualTo(200);
        a.admin("POST", "/api/v1/keys/" + key.id() + "/revoke", "{}");
        long revoked = System.nanoTime();
        within(SECOND, () -> status(b, key) == 401);
        System.out.printf("revocation seen by the other node after %d ms%n", millisSince(revoked));
        assertThat(b.chat(key.secret(), TestGateway.body(1, "")).body()).contains("key_revoked");
    }

    @Test
    void aStreamOfTheOtherNodeEndsWithTheRevocation() throws Exception {
        TestGateway.Key key = a.issue("1.00");
        assertThat(status(b, key)).isEqualTo(200);
        HttpResponse<java.io.InputStream> answer = b.exchange(
                b.request(key.secret(), TestGateway.body(2_000, ",\"stream\":true")),
                HttpResponse.BodyHandlers.ofInputStream());
        try (var reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(reader.readLine()).startsWith("data: ");
            a.admin("POST", "/api/v1/keys/" + key.id() + "/revoke", "{}");
            long revoked = System.nanoTime();
            assertThat(last(reader)).contains("\"code\":\"key_revoked\"");
            assertThat(millisSince(revoked)).isLessThan(1_000);
        }
    }

    @Test
    void aSpaceThatOneNodeStopsIsRefusedByTheOtherAndItsStreamsEndThere() throws Exception {
        TestGateway.Key key = a.issue("1.00");
        assertThat(status(b, key)).isEqualTo(200);
        HttpResponse<java.io.InputStream> answer = b.exchange(
                b.request(key.secret(), TestGateway.body(2_000, ",\"stream\":true")),
                HttpResponse.BodyHandlers.ofInputStream());
        try (var reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(reader.readLine()).startsWith("data: ");
            a.admin("POST", "/api/v1/spaces/default/disable", null);
            assertThat(status(a, key)).isEqualTo(401);
            assertThat(last(reader)).contains("\"code\":\"space_disabled\"");
        }
        assertThat(b.chat(key.secret(), TestGateway.body(1, "")).body()).contains("space_disabled");
        a.admin("POST", "/api/v1/spaces/default/enable", null);
        within(SOON, () -> status(b, key) == 200);
    }

    @Test
    void keysOfOneBulkIssueAndTheirLinksAreGoodOnTheOtherNode() {
        String keys = "{\"title\":\"k\",\"budget\":{\"amount\":\"1\",\"period\":\"total\"}}";
        String answer = a.admin(
                "POST",
                "/api/v1/spaces/default/keys/bulk",
                "{\"deliver\":\"claim\",\"keys\":[" + String.join(",", java.util.Collections.nCopies(200, keys))
                        + "]}");
        String token = TestGateway.member(answer, "claimUrl").replaceFirst(".*/claim/", "");
        assertThat(b.send("GET", "/claim/" + token, "", null).statusCode()).isEqualTo(200);
        String secret =
                b.send("POST", "/claim/" + token, "", null).body().replaceAll("(?s).*<code>(km-[^<]+)</code>.*", "$1");
        assertThat(b.chat(secret, TestGateway.body(1, "")).statusCode()).isEqualTo(200);
        assertThat(a.send("POST", "/claim/" + token, "", null).statusCode()).isEqualTo(410);
    }

    @Test
    void aLimitThatIsLoweredEndsTheStreamsOfTheOtherNode() throws Exception {
        TestGateway.Key key = a.issue("1.00");
        assertThat(status(b, key)).isEqualTo(200);
        HttpResponse<java.io.InputStream> answer = b.exchange(
                b.request(key.secret(), TestGateway.body(2_000, ",\"stream\":true")),
                HttpResponse.BodyHandlers.ofInputStream());
        try (var reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(reader.readLine()).startsWith("data: ");
            budget(a, "key:" + key.id(), "0.001");
            assertThat(last(reader)).contains("keymesh_budget_exceeded");
        }
    }

    @Test
    void policyProviderPriceSpaceAndCredentialOfOneNodeAreTheOthers() {
        TestGateway.Key key = a.issue("1.00");
        assertThat(status(b, key)).isEqualTo(200);

        a.admin("PATCH", DEFAULT, "{\"policy\":{\"deniedModels\":[\"m\"]}}");
        within(SOON, () -> status(b, key) == 403);
        a.admin("PATCH", DEFAULT, "{\"policy\":{\"deniedModels\":null}}");
        within(SOON, () -> status(b, key) == 200);

        a.admin("PUT", "/api/v1/prices", """
                {"provider":"fake","model":"m","inputPerMillion":"0","outputPerMillion":"5000.00"}""");
        within(
                SOON,
                () -> b.chat(key.secret(), TestGateway.body(1_000, "")).body().contains("keymesh_budget_exceeded"));
        a.admin("DELETE", "/api/v1/prices?provider=fake&model=m", null);
        within(SOON, () -> b.chat(key.secret(), TestGateway.body(1, "")).body().contains("unpriced"));

        a.admin("POST", "/api/v1/spaces", "{\"id\":\"other\",\"title\":\"Other\"}");
        assertThat(b.admin("GET", "/api/v1/spaces", null)).contains("other");

        String issued = a.admin("POST", "/api/v1/management-keys", "{\"title\":\"t\",\"permissionSet\":\"reader\"}");
        String secret = TestGateway.member(issued, "secret");
        assertThat(b.send("GET", "/api/v1/spaces", secret, null).statusCode()).isEqualTo(200);
        a.admin("POST", "/api/v1/management-keys/" + TestGateway.member(issued, "id") + "/revoke", "{}");
        assertThat(b.send("GET", "/api/v1/spaces", secret, null).statusCode()).isEqualTo(401);

        String provider = TestGateway.member(a.admin("GET", "/api/v1/providers", null), "id");
        a.admin("DELETE", "/api/v1/providers/" + provider, null);
        assertThat(b.admin("GET", "/api/v1/providers", null)).doesNotContain(provider);
    }

    @Test
    void aWholeKeyThatNoNodeIssuedIsRefused() {
        assertThat(b.chat(TestKeys.unheardOf(), TestGateway.body(1, "")).statusCode())
                .isEqualTo(401);
    }

    @Test
    void whatOneNodeAnsweredTheOtherKnowsAtOnce() {
        for (int round = 0; round < 50; round++) {
            TestGateway.Key key = a.issue("1.00");
            assertThat(status(b, key)).as("a call").isEqualTo(200);
            String wanted = "{\"key\":\"" + key.secret() + "\"}";
            assertThat(b.admin("POST", "/api/v1/keys/validate", wanted)).contains("\"code\":\"VALID\"");
            a.admin("POST", "/api/v1/keys/" + key.id() + "/revoke", "{}");
            assertThat(b.admin("POST", "/api/v1/keys/validate", wanted)).contains("\"code\":\"REVOKED\"");
            a.admin("POST", "/api/v1/spaces/default/workspaces", "{\"id\":\"w" + round + "\",\"title\":\"W\"}");
            assertThat(b.admin("GET", "/api/v1/spaces/default/workspaces/w" + round, null))
                    .contains("\"W\"");
        }
    }

    @Test
    void sixtyFourClientsOfTwoNodesAreAdmittedExactlyAsOftenAsTheBudgetHoldsTheirBound() throws Exception {
        TestGateway.Key key = a.issue("0.000640000");
        AtomicInteger client = new AtomicInteger();
        Map<Integer, Integer> answers = new ConcurrentHashMap<>();
        TestGateway.together(64, () -> {
            TestGateway node = client.getAndIncrement() % 2 == 0 ? a : b;
            answers.merge(node.chat(key.secret(), TestGateway.body(20, "")).statusCode(), 1, Integer::sum);
        });
        assertThat(answers).isEqualTo(Map.of(200, 32, 429, 32));
        assertThat(a.provider.billedOutput).hasValue(640);
        within(SOON, () -> a.budget(key).contains("\"spent\":\"0.00064\",\"held\":\"0\",\"remaining\":\"0\""));
        assertThat(b.budget(key)).isEqualTo(a.budget(key));
    }

    @Test
    void aLimitThatOneNodeLowersIsNotPassedOnTheOtherOnceTheAnswerIsThere() {
        TestGateway.Key key = a.issue("1.00");
        assertThat(status(b, key)).isEqualTo(200);
        for (int round = 0; round < 10; round++) {
            budget(a, "key:" + key.id(), "0");
            assertThat(status(b, key)).isEqualTo(429);
            budget(a, "key:" + key.id(), "1.00");
            assertThat(status(b, key)).isEqualTo(200);
        }
    }

    @Test
    void nodesThatStartTogetherOnAnEmptyDatabaseShareIt() throws Exception {
        String url = postgres.fresh();
        String master = java.util.Base64.getEncoder().encodeToString(new byte[32]);
        List<Gateway> started = java.util.Collections.synchronizedList(new ArrayList<>());
        AtomicInteger node = new AtomicInteger();
        TestGateway.together(2, () -> {
            try {
                Path data = Files.createTempDirectory(folder, "together" + node.incrementAndGet());
                GatewayConfig config = new GatewayConfig(
                        data, "127.0.0.1", 0, url, Durability.POWER, master, "kma-root", GatewayConfig.IDLE_TIMEOUT);
                started.add(Gateway.open(config, InstantSource.system()));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(started).hasSize(2);
        started.forEach(Gateway::close);
    }

    private static void budget(TestGateway node, String scope, String amount) {
        node.admin(
                "PUT",
                "/api/v1/budgets",
                "{\"scope\":\"" + scope + "\",\"period\":\"monthly\",\"currency\":\"USD\",\"amount\":\"" + amount
                        + "\"}");
    }

    private static int status(TestGateway node, TestGateway.Key key) {
        return node.chat(key.secret(), TestGateway.body(1, "")).statusCode();
    }

    private static String last(BufferedReader reader) throws Exception {
        String last = "";
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            last = line.isEmpty() ? last : line;
        }
        return last;
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }

    static void within(Duration time, BooleanSupplier condition) {
        long end = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("not within " + time).isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
