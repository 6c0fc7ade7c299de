package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.http.Edge;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that is told to end lets what runs come to its end, and ends in order what does not. */
class DrainTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String EVENT = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n";
    private static final String SSE_HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // by start, which each test begins with
    private TestGateway at;

    private CompletableFuture<Void> closing = CompletableFuture.completedFuture(null);

    private void start(Duration lead, Duration deadline) {
        at = new TestGateway(
                GatewayConfig.embedded(folder).behind(new Edge(null, List.of(), new Edge.Drain(lead, deadline))));
    }

    @AfterEach
    void stop() throws Exception {
        at.gateway.hurry();
        closing.get(60, TimeUnit.SECONDS);
        at.close();
    }

    @Test
    void aStreamThatEndsBeforeTheDeadlineIsWhole() throws Exception {
        start(Duration.ZERO, LONG);
        try (ScriptedProvider provider = new ScriptedProvider().at(at)) {
            provider.answers((out, p) -> {
                ScriptedProvider.write(out, SSE_HEAD + EVENT);
                p.awaitGo();
                // Longer than Jetty would let an idle connection be at its stop.
                Thread.sleep(1_500);
                ScriptedProvider.write(out, "data: [DONE]\n\n");
            });
            TestGateway.Key key = at.issue("1.00");
            try (Stream stream = stream(key, "s")) {
                close();
                provider.go.countDown();
                assertThat(stream.rest()).contains("[DONE]").doesNotContain("error");
            }
            closing.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aStreamThatStillRunsAtTheDeadlineEndsWithTheVendorsErrorEventAndIsSettled() throws Exception {
        start(Duration.ZERO, Duration.ofMillis(500));
        TestGateway.Key key = at.issue("1.00");
        try (Stream stream = stream(key, "m")) {
            close();
            assertThat(stream.rest())
                    .contains("data: {\"error\":{\"message\":\"This node of Keymesh is shutting down")
                    .endsWith("0\r\n\r\n");
        }
        closing.get(30, TimeUnit.SECONDS);
        assertThat(booksOf(key)).contains("\"held\":\"0\"").doesNotContain("\"spent\":\"0\"");
    }

    @Test
    void anAnswerThatIsNoStreamIsRefusedAtTheDeadlineAndChargedAtItsHold() throws Exception {
        start(Duration.ZERO, Duration.ofMillis(500));
        try (ScriptedProvider provider = new ScriptedProvider().at(at)) {
            provider.answers((out, p) -> p.awaitGo());
            TestGateway.Key key = at.issue("1.00");
            var answer = CompletableFuture.supplyAsync(() -> at.chat(key.secret(), body("s", "")));
            assertThat(provider.called.await(20, TimeUnit.SECONDS)).isTrue();
            close();
            HttpResponse<String> refusal = answer.get(30, TimeUnit.SECONDS);
            assertThat(refusal.statusCode()).isEqualTo(503);
            assertThat(refusal.headers().firstValue("retry-after")).isPresent();
            assertThat(refusal.body()).contains("shutting down");
            closing.get(30, TimeUnit.SECONDS);
            provider.go.countDown();
            assertThat(booksOf(key)).contains("\"spent\":\"0.002\"", "\"held\":\"0\"");
        }
    }

    @Test
    void aHurryEndsAtOnceWhatWouldHaveMoreTime() throws Exception {
        start(Duration.ZERO, LONG);
        TestGateway.Key key = at.issue("1.00");
        try (Stream stream = stream(key, "m")) {
            close();
            at.gateway.hurry();
            assertThat(stream.rest()).contains("shutting down");
            closing.get(30, TimeUnit.SECONDS);
        }
        assertThat(booksOf(key)).contains("\"held\":\"0\"").doesNotContain("\"spent\":\"0\"");
    }

    @Test
    void duringTheLeadAllIsServedButItIsNotReadyAndConnectionsAreNotKept() throws Exception {
        start(LONG, LONG);
        TestGateway.Key key = at.issue("1.00");
        assertThat(at.send("GET", "/readyz", "", null).statusCode()).isEqualTo(200);
        close();
        HttpResponse<String> ready = at.send("GET", "/readyz", "", null);
        while (ready.statusCode() == 200) {
            ready = at.send("GET", "/readyz", "", null);
        }
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).isEqualTo("draining\n");
        assertThat(at.send("GET", "/livez", "", null).statusCode()).isEqualTo(200);
        HttpResponse<String> call = at.chat(key.secret(), TestGateway.body(1, ""));
        assertThat(call.statusCode()).isEqualTo(200);
        assertThat(call.headers().firstValue("connection")).hasValue("close");
    }

    @Test
    void anIdleConnectionIsClosedAtOnceNoNewOneIsTakenAndALaterCallOfABusyOneIsRefused() throws Exception {
        start(Duration.ZERO, LONG);
        try (ScriptedProvider provider = new ScriptedProvider().at(at)) {
            provider.answers((out, p) -> {
                ScriptedProvider.write(out, SSE_HEAD + EVENT);
                p.awaitGo();
            });
            TestGateway.Key key = at.issue("1.00");
            try (Socket idle = new Socket(InetAddress.getLoopbackAddress(), at.gateway.port());
                    // The second call is read when the first one is at its end.
                    Stream stream = stream(key, "s", call(key, body("s", "")))) {
                int port = at.gateway.port();
                send(idle, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(new BufferedReader(new InputStreamReader(idle.getInputStream(), StandardCharsets.US_ASCII))
                                .readLine())
                        .contains("200");
                close();
                // Its end comes although the stream keeps the server from ending.
                assertThat(new String(idle.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .isNotNull();
                assertThat(closing).isNotDone();
                assertThat(refusesConnections(port)).isTrue();
                provider.go.countDown();
                assertThat(stream.rest())
                        .containsSubsequence("0\r\n\r\n", "HTTP/1.1 503", "shutting down")
                        .containsIgnoringCase("Connection: close")
                        .containsIgnoringCase("Retry-After: 1");
            }
            closing.get(30, TimeUnit.SECONDS);
        }
    }

    private void close() {
        closing = CompletableFuture.runAsync(() -> at.gateway.close());
    }

    /** What a new process finds. */
    private String booksOf(TestGateway.Key key) {
        try (TestGateway next = new TestGateway(GatewayConfig.embedded(folder), at, InstantSource.system())) {
            return next.budget(key);
        }
    }

    private static boolean refusesConnections(int port) throws InterruptedException {
        for (int i = 0; i < 500; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(socket.isConnected()).isTrue();
                Thread.sleep(20);
            } catch (IOException e) {
                return true;
            }
        }
        return false;
    }

    private static String body(String model, String more) {
        return TestGateway.body(2_000, more).replace("\"m\"", "\"" + model + "\"");
    }

    private static String call(TestGateway.Key key, String body) {
        return "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key.secret()
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    /** A stream of this model whose first event has come. */
    private Stream stream(TestGateway.Key key, String model, String... then) throws IOException {
        Stream stream = new Stream(at.gateway.port());
        stream.send(call(key, body(model, ",\"stream\":true")) + String.join("", then));
        stream.until("\"x\"");
        return stream;
    }

    /** The bytes of one connection. */
    private static final class Stream implements AutoCloseable {
        private final Socket socket;

        Stream(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(40_000);
        }

        void send(String text) throws IOException {
            DrainTest.send(socket, text);
        }

        void until(String text) throws IOException {
            InputStream in = socket.getInputStream();
            StringBuilder read = new StringBuilder();
            while (read.indexOf(text) < 0) {
                int b = in.read();
                if (b < 0) {
                    throw new IOException("It ended: " + read);
                }
                read.append((char) b);
            }
        }

        String rest() throws IOException {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
