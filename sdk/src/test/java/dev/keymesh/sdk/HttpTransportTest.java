package dev.keymesh.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.sdk.TestServer.Answer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class HttpTransportTest {
    private static final Answer OK = Answer.json(200, "{}");
    private static final Answer BUSY = Answer.json(503, "{}");
    private static final Answer BROKEN = new Answer(0, Map.of(), "");

    @Test
    void getIsSentAgainUntilItIsAnswered() {
        try (TestServer server = answering(BUSY, Answer.json(429, "{}"), OK)) {
            assertThat(transport(server).send(get("/x")).status()).isEqualTo(200);
            assertThat(server.seen()).hasSize(3);
        }
    }

    @Test
    void getIsSentAtMostThreeTimes() {
        try (TestServer server = answering(BUSY, BUSY, BUSY, OK)) {
            assertThat(transport(server).send(get("/x")).status()).isEqualTo(503);
            assertThat(server.seen()).hasSize(3);
        }
    }

    @Test
    void getIsNotSentAgainAfterAnAnswerThatStays() {
        try (TestServer server = answering(Answer.json(404, "{}"), OK)) {
            assertThat(transport(server).send(get("/x")).status()).isEqualTo(404);
            assertThat(server.seen()).hasSize(1);
        }
    }

    @Test
    void everyOtherMethodIsSentOnce() {
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
            try (TestServer server = answering(BUSY, OK)) {
                WireRequest request = new WireRequest(method, "/x", Map.of(), bytes("{}"));
                assertThat(transport(server).send(request).status()).as(method).isEqualTo(503);
                assertThat(server.seen()).as(method).hasSize(1);
            }
        }
    }

    @Test
    void postWhoseConnectionBreaksIsSentOnce() {
        try (TestServer server = answering(BROKEN, OK)) {
            assertThatThrownBy(() -> transport(server).send(new WireRequest("POST", "/x", Map.of(), bytes("{}"))))
                    .isInstanceOfSatisfying(KeymeshException.class, e -> {
                        assertThat(e.code()).isEqualTo("unreachable");
                        assertThat(e.status()).isZero();
                    });
            assertThat(server.seen()).hasSize(1);
        }
    }

    @Test
    void retryAfterIsWaitedFor() {
        try (TestServer server = answering(new Answer(503, Map.of("Retry-After", "1"), ""), OK)) {
            long start = System.nanoTime();
            assertThat(transport(server).send(get("/x")).status()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void longRetryAfterIsTheCallersToWaitFor() {
        try (TestServer server = answering(new Answer(429, Map.of("Retry-After", "3600"), ""), OK)) {
            WireResponse response = transport(server).send(get("/x"));
            assertThat(response.status()).isEqualTo(429);
            assertThat(response.header("Retry-After")).isEqualTo("3600");
            assertThat(server.seen()).hasSize(1);
        }
    }

    @Test
    void closedPortIsNamedWithWhatToDo() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertThatThrownBy(() -> transport("http://127.0.0.1:" + port)
                        .send(new WireRequest("POST", "/x", Map.of("authorization", "Bearer kma-secret"), null)))
                .isInstanceOf(KeymeshException.class)
                .hasMessageContaining("could not be reached")
                .hasMessageContaining("Check the address")
                .hasMessageNotContaining("kma-secret");
    }

    @Test
    void silentServerRunsIntoTheTimeout() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            HttpTransport transport = HttpTransport.to(
                    "http://127.0.0.1:" + silent.getLocalPort(), Duration.ofSeconds(1), Duration.ofMillis(100));
            assertThatThrownBy(() -> transport.send(new WireRequest("POST", "/x", Map.of(), bytes("{}"))))
                    .isInstanceOf(KeymeshException.class)
                    .hasMessageContaining("did not answer");
        }
    }

    @Test
    void redirectIsNotFollowed() {
        try (TestServer server = answering(new Answer(302, Map.of("Location", "/elsewhere"), ""))) {
            assertThat(transport(server).send(get("/x")).status()).isEqualTo(302);
            assertThat(server.seen()).hasSize(1);
        }
    }

    @Test
    void pathBodyAndHeadersArriveAsTheyWere() {
        try (TestServer server = answering(OK)) {
            transport(server.url() + "/base/")
                    .send(new WireRequest("POST", "/x%2Fy?q=a%20b", Map.of("X-One", "1"), bytes("{\"a\":1}")));
            TestServer.Seen seen = server.seen().get(0);
            assertThat(seen.path()).isEqualTo("/base/x%2Fy?q=a%20b");
            assertThat(seen.body()).isEqualTo("{\"a\":1}");
            assertThat(seen.headers()).containsEntry("X-one", "1");
        }
    }

    @Test
    void addressThatIsNoneIsRefusedWithoutRepeatingIt() {
        for (String url : List.of(
                "", "keymesh.example.com", "ftp://h", "http://", "https://u:pass@h", "https://h?q=1", "ht tp://pass")) {
            assertThatIllegalArgumentException()
                    .as(url)
                    .isThrownBy(() -> HttpTransport.to(url))
                    .withMessageContaining("https://keymesh.example.com")
                    .withMessageNotContaining("pass");
        }
    }

    @Test
    void headerThatCannotBeSentIsNotRepeated() {
        try (TestServer server = answering(OK)) {
            WireRequest request = new WireRequest("GET", "/x", Map.of("authorization", "Bearer a\nsecret"), null);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> transport(server).send(request))
                    .withMessageNotContaining("secret")
                    .withNoCause();
        }
    }

    private static TestServer answering(Answer... answers) {
        Queue<Answer> left = new ArrayDeque<>(List.of(answers));
        return new TestServer(seen -> left.remove());
    }

    private static HttpTransport transport(TestServer server) {
        return transport(server.url());
    }

    private static HttpTransport transport(String url) {
        return new HttpTransport(URI.create(url), Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(1));
    }

    private static WireRequest get(String path) {
        return new WireRequest("GET", path, Map.of(), null);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
