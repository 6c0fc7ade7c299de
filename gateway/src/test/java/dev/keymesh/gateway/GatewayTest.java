package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.wire.NewKey;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole path on real parts: a gateway on SQLite, real HTTP, a provider that keeps its own bill. */
class GatewayTest {
    private TestGateway at;
    private FakeProvider provider;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        at = new TestGateway(config(folder));
        provider = at.provider;
    }

    /** On which database; all that is here holds on both. */
    GatewayConfig config(Path data) {
        return GatewayConfig.embedded(data);
    }

    @AfterEach
    void stop() {
        at.close();
    }

    @Test
    void sixtyFourAtOnceAreAdmittedExactlyAsOftenAsTheBudgetHoldsTheirBound() throws Exception {
        TestGateway.Key key = at.issue("0.000640000");
        AtomicInteger admitted = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        TestGateway.together(64, () -> {
            int status = at.chat(key.secret(), TestGateway.body(20, "")).statusCode();
            (status == 200 ? admitted : status == 429 ? refused : new AtomicInteger()).incrementAndGet();
        });
        assertThat(admitted).hasValue(32);
        assertThat(refused).hasValue(32);
        assertThat(provider.billedOutput).hasValue(640);
        assertThat(at.budget(key)).contains("\"spent\":\"0.00064\",\"held\":\"0\",\"remaining\":\"0\"");
    }

    @Test
    void aProviderThatBillsLessLetsAllMoneyBeSpentToWithinOneBound() throws Exception {
        provider.outputTokens = cap -> cap / 4;
        TestGateway.Key key = at.issue("0.000640000");
        AtomicBoolean exceeded = new AtomicBoolean();
        TestGateway.together(32, () -> {
            while (!exceeded.get()) {
                HttpResponse<String> answer = at.chat(key.secret(), TestGateway.body(20, ""));
                if (answer.statusCode() == 429 && answer.body().contains("keymesh_budget_exceeded")) {
                    exceeded.set(true);
                }
            }
        });
        assertThat(provider.billedOutput.get()).isBetween(640L - 20, 640L);
        assertThat(at.budget(key)).contains("\"held\":\"0\"");
    }

    @Test
    void failedAnswersAndAbortedStreamsLeaveNothingHeld() throws Exception {
        TestGateway.Key key = at.issue("0.010000000");
        provider.status = 500;
        for (int i = 0; i < 40; i++) {
            assertThat(at.chat(key.secret(), TestGateway.body(20, "")).statusCode())
                    .isEqualTo(500);
        }
        provider.status = 200;
        for (int i = 0; i < 10; i++) {
            var answer = at.exchange(
                    at.request(key.secret(), TestGateway.body(20, ",\"stream\":true")),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.body().read()).isNotNegative();
            answer.body().close();
        }
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!at.budget(key).contains("\"held\":\"0\"") && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        assertThat(at.budget(key)).contains("\"held\":\"0\"").doesNotContain("\"spent\":\"0\"");
        assertThat(at.chat(key.secret(), TestGateway.body(20, "")).statusCode()).isEqualTo(200);
    }

    @Test
    void aRevokedKeyIsRefusedAtTheVeryNextCallWhileOthersCall() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        AtomicBoolean revoked = new AtomicBoolean();
        AtomicInteger late = new AtomicInteger();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            callers.add(Thread.startVirtualThread(() -> {
                for (int n = 0; n < 200; n++) {
                    boolean after = revoked.get();
                    int status = at.chat(key.secret(), TestGateway.body(1, "")).statusCode();
                    if (after && status != 401) {
                        late.incrementAndGet();
                    }
                    if (after) {
                        return;
                    }
                }
            }));
        }
        Thread.sleep(100);
        at.admin("POST", "/api/v1/keys/" + key.id() + "/revoke", "{}");
        revoked.set(true);
        assertThat(at.chat(key.secret(), TestGateway.body(1, "")).body()).contains("key_revoked");
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(late).hasValue(0);
    }

    @Test
    void aRestartForgetsNeitherKeysNorMoneyNorRevocations() throws Exception {
        TestGateway.Key key = at.issue("0.000040000");
        TestGateway.Key revoked = at.issue("1.00");
        assertThat(at.chat(key.secret(), TestGateway.body(20, "")).statusCode()).isEqualTo(200);
        at.admin("POST", "/api/v1/keys/" + revoked.id() + "/revoke", "{}");
        String root = at.root;
        at.gateway.close();
        try (Gateway again = Gateway.open(config(folder), java.time.InstantSource.system())) {
            Keymesh sdk = Keymesh.over(again.transport()).with(root);
            assertThat(new String(
                            sdk.exchange("GET", "/api/v1/budgets?scope=key:" + key.id(), null)
                                    .body(),
                            StandardCharsets.UTF_8))
                    .contains("\"spent\":\"0.00002\",\"held\":\"0\",\"remaining\":\"0.00002\"");
            assertThat(sdk.spaces().keys().validate(key.secret()).valid()).isTrue();
            assertThat(sdk.spaces().keys().validate(revoked.secret()).code()).isEqualTo("REVOKED");
        }
    }

    @Test
    void aRunningStreamEndsWithTheVendorsErrorEventWithinASecondOfTheRevocation() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        var answer = at.exchange(
                at.request(key.secret(), TestGateway.body(2_000, ",\"stream\":true")),
                HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(reader.readLine()).startsWith("data: {\"choices\"");
            at.admin("POST", "/api/v1/keys/" + key.id() + "/revoke", "{}");
            long revokedAt = System.nanoTime();
            String last = "";
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                last = line.isEmpty() ? last : line;
            }
            assertThat(last).contains("\"code\":\"key_revoked\"");
            assertThat(Duration.ofNanos(System.nanoTime() - revokedAt)).isLessThan(Duration.ofSeconds(1));
        }
        assertThat(at.budget(key)).contains("\"held\":\"0\"");
    }

    @Test
    void badBodiesAreRefusedWithWhatIsWrongAndNothingIsCalled() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        List<String> bad = List.of(
                "",
                "[]",
                "nonsense",
                "{\"model\":\"m\"}{}",
                "{\"model\":\"m\",\"model\":\"n\"}",
                "{\"model\":\"m\",\"\\u006dodel\":\"n\"}",
                "{\"model\":\"m\",\"Model\":\"n\"}",
                "{\"model\":7}",
                "{\"model\":\"\"}",
                "{\"model\":\" m\"}",
                "{}",
                "{\"model\":\"m\",\"max_tokens\":1e400}",
                "{\"model\":\"m\",\"max_tokens\":\"10\"}",
                "{\"model\":\"m\",\"max_tokens\":1.5}",
                "{\"model\":\"m\",\"max_tokens\":-1}",
                "{\"model\":\"m\",\"max_tokens\":0}",
                "{\"model\":\"m\",\"max_tokens\":9223372036854775808}",
                "{\"model\":\"m\",\"max_tokens\":2147483648}",
                "{\"model\":\"m\",\"n\":0}",
                "{\"model\":\"m\",\"stream\":\"true\"}",
                "{\"model\":\"m\",\"messages\":[{\"a\":1,\"a\":2}]}",
                "[".repeat(2_000));
        for (String body : bad) {
            HttpResponse<String> answer = at.chat(key.secret(), body);
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(answer.body())
                    .as(body)
                    .contains("invalid_request_error")
                    .doesNotContain("Exception")
                    .doesNotContain("\tat ");
            assertThat(answer.headers().firstValue("x-should-retry")).hasValue("false");
        }
        assertThat(provider.calls).hasValue(0);
        assertThat(at.budget(key)).contains("\"spent\":\"0\",\"held\":\"0\"");
    }

    @Test
    void unknownPathsWrongMethodsAndTwoKeysAreRefused() throws Exception {
        assertThat(at.send("POST", "/v1/nothing", "x", "{}").statusCode()).isEqualTo(404);
        assertThat(at.send("GET", "/v1/chat/completions", "x", null).statusCode())
                .isEqualTo(405);
        assertThat(at.send("POST", "/v1/chat%2Fcompletions", "x", "{}").statusCode())
                .isIn(400, 404);
        HttpRequest two = HttpRequest.newBuilder(URI.create(at.address() + "/v1/chat/completions"))
                .header("Authorization", "Bearer km-one")
                .header("x-api-key", "km-two")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        assertThat(at.exchange(two, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(400);
    }

    @Test
    void aLargeBodyIsPassedOnWholeAndLeavesNoFile() throws Exception {
        TestGateway.Key key = at.issue("100.00");
        String picture = "data:image/png;base64," + "A".repeat(9 * 1024 * 1024);
        String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
                + "\"image_url\":{\"url\":\"" + picture + "\"}}]}]}";
        TestGateway.together(
                4, () -> assertThat(at.chat(key.secret(), body).statusCode()).isEqualTo(200));
        String set = ",\"max_tokens\":16384}";
        assertThat(provider.lastBodyLength).isEqualTo(body.length() - 1 + set.length());
        try (var files = Files.list(folder)) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("body-")))
                    .isEmpty();
        }
    }

    @Test
    void aBodyOverTheLimitIsRefusedInTheCallersShape() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        HttpResponse<String> answer =
                at.chat(key.secret(), TestGateway.body(1, ",\"x\":\"" + "y".repeat(33 * 1024 * 1024) + "\""));
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("request_too_large");
        assertThat(provider.calls).hasValue(0);
    }

    @Test
    void theSdkWorksInProcessThroughTheSameRoutes() {
        Keymesh sdk = Keymesh.over(at.gateway.transport());
        assertThat(sdk.account().connect(at.root).credential().type()).isEqualTo("management_key");
        var issued = sdk.spaces().keys().issue(NewKey.titled("in process"));
        assertThat(sdk.spaces().keys().validate(issued.secret()).valid()).isTrue();
        sdk.spaces().keys().revoke(issued.id());
        assertThat(sdk.spaces().keys().validate(issued.secret()).code()).isEqualTo("REVOKED");
        assertThatThrownBy(() -> Keymesh.over(at.gateway.transport()).account().connect("kma-wrong"))
                .isInstanceOf(KeymeshException.class);
    }

    @Test
    void itIsReadyWhileItsStoreTakesWrites() throws Exception {
        assertThat(at.send("GET", "/readyz", "", null).statusCode()).isEqualTo(200);
        assertThat(at.send("GET", "/livez", "", null).statusCode()).isEqualTo(200);
    }

    @Test
    void noSecretIsLoggedEvenAtTheFinestLevel() throws Exception {
        StringBuilder log = new StringBuilder();
        Logger all = Logger.getLogger("");
        Level before = all.getLevel();
        Handler capture = new Handler() {
            @Override
            public void publish(LogRecord line) {
                synchronized (log) {
                    log.append(new SimpleFormatter().format(line));
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        capture.setLevel(Level.ALL);
        all.addHandler(capture);
        Logger ours = Logger.getLogger("dev.keymesh");
        ours.setLevel(Level.ALL);
        try {
            TestGateway.Key key = at.issue("1.00");
            at.chat(key.secret(), TestGateway.body(1, ""));
            at.chat(key.secret(), "{\"model\":\"" + key.secret() + "\"}{");
            at.chat(key.secret() + "x", TestGateway.body(1, ""));
            provider.status = 500;
            at.chat(key.secret(), TestGateway.body(1, ""));
            provider.status = 401;
            assertThat(at.chat(key.secret(), TestGateway.body(1, "")).statusCode())
                    .isEqualTo(502);
            at.send("POST", "/api/v1/providers", at.root, "{\"credential\":\"canary-credential-1234567890\"");
            at.send("GET", "/api/v1/keys/" + key.secret(), at.root, null);
            synchronized (log) {
                assertThat(log.toString())
                        .doesNotContain(key.secret().substring(14))
                        .doesNotContain("canary-credential")
                        .doesNotContain(at.root.substring(15));
            }
        } finally {
            ours.setLevel(null);
            all.setLevel(before);
            all.removeHandler(capture);
        }
    }

    @Test
    void anUnknownMemberOfAPolicyIsRefusedWithItsPlace() throws Exception {
        HttpResponse<String> answer = at.send("POST", "/api/v1/spaces/default/workspaces", at.root, """
                {"id":"w","policy":{"deniedModel":["o3"]}}""");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("/policy/deniedModel").contains("deniedModels");
    }

    @Test
    void theProvidersCredentialIsNowhereInWhatIsStoredOrAnswered() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        at.chat(key.secret(), TestGateway.body(1, ""));
        String all = at.admin("GET", "/api/v1/providers", null)
                + at.admin("GET", "/api/v1/events", null)
                + at.admin("GET", "/api/v1/requests", null);
        try (var files = Files.list(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().contains("keymesh.db")).toList()) {
                all += new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            }
        }
        assertThat(all).doesNotContain("canary-credential").doesNotContain(key.secret());
    }
}
