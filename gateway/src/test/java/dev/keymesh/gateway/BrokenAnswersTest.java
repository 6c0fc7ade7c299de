package dev.keymesh.gateway;

import static dev.keymesh.gateway.ScriptedProvider.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.store.Durability;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However an answer ends, its caller is told in its own shape, and its hold resolves. */
class BrokenAnswersTest {
    private static final String JSON_HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n";
    private static final String SSE_HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    private static final String CHUNK = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n";

    private TestGateway at;
    private ScriptedProvider provider;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        at = new TestGateway(
                new GatewayConfig(folder, "127.0.0.1", 0, null, Durability.POWER, null, null, Duration.ofMillis(700)));
        provider = new ScriptedProvider().at(at);
    }

    @AfterEach
    void stop() {
        at.close();
        provider.close();
    }

    private static String body(String more) {
        return TestGateway.body(2_000, more).replace("\"m\"", "\"s\"");
    }

    private void expectNothingHeld(TestGateway.Key key) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!at.budget(key).contains("\"held\":\"0\"") && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertThat(at.budget(key)).contains("\"held\":\"0\"");
    }

    @Test
    void aProviderThatBreaksOffAfterItsHeadIsABadGatewayInTheCallersShape() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        provider.answers((out, p) -> write(out, JSON_HEAD));
        HttpResponse<String> answer = at.chat(key.secret(), body(""));
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("upstream_unreachable").contains("api_error");
        assertThat(answer.headers().firstValue("content-length")).isNotEqualTo(java.util.Optional.of("500"));
        expectNothingHeld(key);
    }

    @Test
    void aProviderThatBreaksOffBeforeItsHeadIsChargedAtTheHold() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        provider.answers((out, p) -> {});
        assertThat(at.chat(key.secret(), body("")).statusCode()).isEqualTo(502);
        assertThat(at.budget(key)).contains("\"spent\":\"0.002\"").contains("\"held\":\"0\"");
    }

    @Test
    void aStreamThatBreaksOffBeforeItsFirstByteIsABadGatewayToo() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        provider.answers((out, p) ->
                write(out, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"));
        HttpResponse<String> answer = at.chat(key.secret(), body(",\"stream\":true"));
        assertThat(answer.statusCode()).isEqualTo(502);
        expectNothingHeld(key);
    }

    @Test
    void aStreamThatBreaksOffEndsWithTheVendorsErrorEvent() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        provider.answers((out, p) -> write(
                out,
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + Integer.toHexString(CHUNK.length()) + "\r\n" + CHUNK + "\r\n"));
        HttpResponse<String> answer = at.chat(key.secret(), body(",\"stream\":true"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith(CHUNK).contains("\"code\":\"upstream_unreachable\"");
        expectNothingHeld(key);
    }

    @Test
    void theErrorEventIsReadableAlsoWhenTheStreamBreaksOffInTheMiddleOfALine() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        String half = CHUNK + "data: {\"choi";
        provider.answers((out, p) -> write(
                out,
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + Integer.toHexString(half.length()) + "\r\n" + half + "\r\n"));
        HttpResponse<String> answer =
                at.chat(key.secret(), body(",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        assertThat(answer.body()).contains("\n\ndata: {\"error\":").endsWith("}\n\n");
        expectNothingHeld(key);
    }

    @Test
    void aRefusedCredentialIsNeverTheCallersFaultAlsoWhenItsAnswerBreaksOff() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        provider.answers((out, p) -> write(out, JSON_HEAD.replace("200 OK", "401 Unauthorized") + "{\"err"));
        HttpResponse<String> answer = at.chat(key.secret(), body(""));
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("keymesh_provider_credential_rejected");
        assertThat(at.budget(key)).contains("\"spent\":\"0\"").contains("\"held\":\"0\"");
    }

    @Test
    void anAnswerWhoseCallerLeftIsSettledAlsoWhenTheProviderBreaksOffLater() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        provider.answers((out, p) -> {
            write(out, JSON_HEAD.replace("500", "50000000") + "{\"x\":\"");
            p.awaitGo();
            for (int i = 0; i < 200; i++) {
                write(out, "y".repeat(10_000));
            }
        });
        try (Socket caller = send(key.secret(), body(""))) {
            assertThat(provider.called.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(caller.getInputStream().read()).isEqualTo('H');
        }
        provider.go.countDown();
        expectNothingHeld(key);
        assertThat(at.budget(key)).doesNotContain("\"spent\":\"0\"");
    }

    @Test
    void aProviderMayTakeLongerThanAConnectionMayIdle() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        String answer = "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":7}}";
        provider.answers((out, p) -> {
            Thread.sleep(2_000);
            write(out, JSON_HEAD.replace("500", String.valueOf(answer.length())) + answer);
        });
        HttpResponse<String> got = at.chat(key.secret(), body(""));
        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.body()).isEqualTo(answer);
        assertThat(at.budget(key)).contains("\"spent\":\"0.000007\"");
    }

    @Test
    void aStreamThatHasNotBegunEndsWithTheRevocationToo() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        provider.answers((out, p) -> p.awaitGo());
        CompletableFuture<HttpResponse<String>> call =
                CompletableFuture.supplyAsync(() -> at.chat(key.secret(), body(",\"stream\":true")));
        assertThat(provider.called.await(5, TimeUnit.SECONDS)).isTrue();
        at.admin("POST", "/api/v1/keys/" + key.id() + "/revoke", "{}");
        HttpResponse<String> answer = call.get(1, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("key_revoked");
        expectNothingHeld(key);
        provider.go.countDown();
    }

    @Test
    void aSilentStreamIsKeptAliveBetweenItsEvents() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        provider.answers((out, p) -> {
            write(out, SSE_HEAD + CHUNK);
            p.awaitGo();
            write(out, CHUNK + "data: [DONE]\n\n");
        });
        try (Socket caller = send(key.secret(), body(",\"stream\":true"))) {
            InputStream in = caller.getInputStream();
            caller.setSoTimeout(12_000);
            StringBuilder seen = new StringBuilder();
            while (seen.indexOf(": keep-alive\n\n") < 0) {
                seen.append((char) in.read());
            }
            provider.go.countDown();
            seen.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            assertThat(seen.toString()).contains(CHUNK).contains("data: [DONE]");
        }
        expectNothingHeld(key);
    }

    @Test
    void usageBeyondAllReasonDoesNotStopTheBooks() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        String answer = "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":900000000000000000}}";
        provider.answers((out, p) -> write(out, JSON_HEAD.replace("500", String.valueOf(answer.length())) + answer));
        for (int i = 0; i < 3; i++) {
            at.chat(key.secret(), body(""));
        }
        expectNothingHeld(key);
        assertThat(at.send("GET", "/readyz", "", null).statusCode()).isEqualTo(200);
        assertThat(at.chat(at.issue("1.00").secret(), TestGateway.body(20, "")).statusCode())
                .isEqualTo(200);
    }

    /** A caller that can leave at any byte. */
    private Socket send(String secret, String body) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), at.gateway.port());
        write(
                socket.getOutputStream(),
                "POST /v1/chat/completions HTTP/1.1\r\nHost: k\r\nConnection: close\r\nAuthorization: Bearer " + secret
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                        + body);
        return socket;
    }
}
