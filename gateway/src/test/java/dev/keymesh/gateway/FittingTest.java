package dev.keymesh.gateway;

import static dev.keymesh.gateway.ScriptedProvider.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody is refused whose call fits when it is looked at closely; all rates here are 1 USD for a million tokens. */
class FittingTest {
    /** 40,000 bytes and 8,001 tokens. */
    private static final String TEXT = "word ".repeat(8_000);

    private static final String ANSWER = "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}";
    private static final String SSE = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    private static final String CHUNK = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n";

    private TestGateway at;
    private ScriptedProvider provider;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        at = new TestGateway(folder);
        provider = new ScriptedProvider().at(at);
        price("scripted", ",\"encoding\":\"o200k_base\"");
        provider.answersJson(ANSWER);
    }

    @AfterEach
    void stop() {
        at.close();
        provider.close();
    }

    private void price(String name, String more) {
        at.admin(
                "PUT",
                "/api/v1/prices",
                "{\"provider\":\"" + name
                        + "\",\"model\":\"s\",\"inputPerMillion\":\"1\",\"outputPerMillion\":\"1\",\"maxOutputTokens\":100000"
                        + more + "}");
    }

    private static String body(String text, String more) {
        return "{\"model\":\"s\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]" + more + "}";
    }

    @Test
    void aCallThatDoesNotFitByItsBytesIsHeldAtItsTokens() {
        TestGateway.Key key = at.issue("0.02");
        assertThat(at.chat(key.secret(), body(TEXT, ",\"max_tokens\":10000")).statusCode())
                .isEqualTo(200);
        HttpResponse<String> refused = at.chat(key.secret(), body(TEXT, ",\"max_tokens\":12000"));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("keymesh_budget_exceeded").contains("may cost up to 0.020091");
    }

    @Test
    void whereNoVocabularyIsKnownTheBytesStand() {
        price("scripted", "");
        TestGateway.Key key = at.issue("0.02");
        assertThat(at.chat(key.secret(), body(TEXT, ",\"max_tokens\":1000")).body())
                .contains("keymesh_budget_exceeded")
                .contains("may cost up to 0.041089");
    }

    @Test
    void onlyWhereTheCallerGaveNoneACapIsSetAtWhatTheBudgetHas() {
        TestGateway.Key key = at.issue("0.02");
        HttpResponse<String> answer = at.chat(key.secret(), body("hi", ""));
        assertThat(answer.statusCode()).isEqualTo(200);
        int cap = injected(answer);
        assertThat(cap).isBetween(19_900, 19_999);
        assertThat(provider.lastBody).endsWith(",\"max_tokens\":" + cap + "}");
        assertThat(at.chat(key.secret(), body("hi", ",\"max_tokens\":50000")).statusCode())
                .isEqualTo(429);
    }

    @Test
    void noCapIsSetThatHelpsNobody() {
        TestGateway.Key key = at.issue("0.001");
        assertThat(at.chat(key.secret(), body("hi", "")).body()).contains("keymesh_budget_exceeded");
        TestGateway.Key more = at.issue("0.0012");
        assertThat(injected(at.chat(more.secret(), body("hi", "")))).isBetween(1_024, 1_200);
    }

    @Test
    void runningCallsLowerNoCapBelowTheLimitOfAGoodAnswer() throws Exception {
        TestGateway.Key key = at.issue("0.02");
        provider.answers((out, p) -> p.awaitGo());
        CompletableFuture<HttpResponse<String>> running = running(key, "hi", ",\"max_tokens\":15000");
        HttpResponse<String> refused = at.chat(key.secret(), body("hi", ""));
        assertThat(refused.body()).contains("keymesh_budget_held");
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        provider.answersJson(ANSWER);
        HttpResponse<String> own = at.chat(key.secret(), body("hi", ",\"max_tokens\":4000"));
        assertThat(own.statusCode()).isEqualTo(200);
        provider.go.countDown();
        running.get(5, TimeUnit.SECONDS);
    }

    @Test
    void theCallsInTheWayAreCountedToo() throws Exception {
        TestGateway.Key key = at.issue("0.05");
        provider.answers((out, p) -> {
            p.awaitGo();
            write(
                    out,
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + ANSWER.length() + "\r\n\r\n" + ANSWER);
        });
        CompletableFuture<HttpResponse<String>> running = running(key, TEXT, ",\"max_tokens\":1000");
        assertThat(at.budget(key)).contains("\"held\":\"0.041");
        provider.answersJson(ANSWER);
        assertThat(at.chat(key.secret(), body("hi", ",\"max_tokens\":30000")).statusCode())
                .isEqualTo(200);
        assertThat(at.budget(key)).contains("\"held\":\"0.009");
        provider.go.countDown();
        assertThat(running.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(at.budget(key)).contains("\"held\":\"0\"").contains("\"spent\":\"0.000004\"");
    }

    @Test
    void anthropicsOwnCountBoundsAMessageAtMostOnceASecond() throws Exception {
        anthropic("{\"input_tokens\":8001}");
        TestGateway.Key key = at.issue("0.02");
        HttpResponse<String> answer = message(key, body(TEXT, ",\"max_tokens\":10000"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(message(key, body(TEXT, ",\"max_tokens\":10000")).body()).contains("keymesh_budget_exceeded");
        Thread.sleep(1_100);
        assertThat(message(key, body(TEXT, ",\"max_tokens\":10000")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aHoldShrinksOnceTheStreamSaysHowLargeItsInputIs() throws Exception {
        anthropic("{}");
        provider.answers((out, p) -> {
            write(
                    out,
                    SSE + "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":"
                            + "{\"input_tokens\":8001,\"output_tokens\":1}}}\n\n");
            p.awaitGo();
            write(out, """
                    event: message_delta
                    data: {"type":"message_delta","usage":{"output_tokens":7}}

                    event: message_stop
                    data: {"type":"message_stop"}

                    """);
        });
        TestGateway.Key key = at.issue("1");
        CompletableFuture<HttpResponse<String>> running =
                CompletableFuture.supplyAsync(() -> message(key, body(TEXT, ",\"max_tokens\":1000,\"stream\":true")));
        await(key, "\"held\":\"0.009001\"");
        provider.go.countDown();
        assertThat(running.get(5, TimeUnit.SECONDS).body()).contains("message_stop");
        assertThat(at.budget(key)).contains("\"spent\":\"0.008008\"").contains("\"held\":\"0\"");
    }

    @Test
    void aStreamThatIsLongerThanItsHoldCoversIsEnded() {
        TestGateway.Key key = at.issue("1");
        provider.answersEvents(
                CHUNK.replace("\"x\"", "\"" + "y".repeat(100) + "\"").repeat(200), true);
        String answer = at.chat(key.secret(), body("hi", ",\"max_tokens\":10,\"stream\":true"))
                .body();
        assertThat(answer).contains("keymesh_budget_exceeded").doesNotContain("[DONE]");
        provider.answersEvents(CHUNK.repeat(10) + "data: [DONE]\n\n", true);
        assertThat(at.chat(key.secret(), body("hi", ",\"max_tokens\":10,\"stream\":true"))
                        .body())
                .endsWith("[DONE]\n\n");
    }

    private static int injected(HttpResponse<String> answer) {
        String header = answer.headers().firstValue("x-keymesh-injected").orElse("=0");
        return Integer.parseInt(header.substring(header.indexOf('=') + 1));
    }

    private CompletableFuture<HttpResponse<String>> running(TestGateway.Key key, String text, String more)
            throws InterruptedException {
        var call = CompletableFuture.supplyAsync(() -> at.chat(key.secret(), body(text, more)));
        assertThat(provider.called.await(5, TimeUnit.SECONDS)).isTrue();
        return call;
    }

    private void anthropic(String count) {
        at.admin(
                "POST",
                "/api/v1/providers",
                "{\"name\":\"claude\",\"kind\":\"anthropic\",\"baseUrl\":\""
                        + provider.baseUrl().replace("/v1", "")
                        + "\",\"credential\":\"canary-credential-1234567890\"}");
        price("claude", "");
        String message = "{\"type\":\"message\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}";
        provider.answers((out, p) -> {
            String json = p.lastHead.contains("/count_tokens") ? count : message;
            write(
                    out,
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: "
                            + json.length() + "\r\n\r\n" + json);
        });
    }

    private HttpResponse<String> message(TestGateway.Key key, String body) {
        return at.send("POST", "/v1/messages", key.secret(), body, "Content-Type", "application/json");
    }

    private void await(TestGateway.Key key, String text) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!at.budget(key).contains(text) && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertThat(at.budget(key)).contains(text);
    }
}
