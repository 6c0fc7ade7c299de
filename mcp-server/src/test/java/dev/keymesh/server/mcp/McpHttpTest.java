package dev.keymesh.server.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code /mcp} lets in, and how it refuses the rest. */
class McpHttpTest {
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

    @TempDir
    private static Path folder;

    private static TestMcp mcp;

    @BeforeAll
    static void open() throws Exception {
        mcp = new TestMcp(folder);
    }

    @AfterAll
    static void close() {
        mcp.close();
    }

    @Test
    void aSessionServesItsOwnCredentialOnly() throws Exception {
        String session = mcp.session(mcp.root);
        String other = mcp.issue("").getString("secret");
        assertThat(mcp.post(mcp.root, session, PING).body()).contains("\"result\":{}");
        assertThat(mcp.post(other, session, PING).statusCode()).isEqualTo(404);
        assertThat(mcp.post(mcp.root, "no-such-session", PING).statusCode()).isEqualTo(404);
        assertThat(mcp.post(other, session, PING).body())
                .isEqualTo(mcp.post(other, "no-such-session", PING).body());
        assertThat(mcp.post(mcp.root, null, PING).statusCode()).isEqualTo(400);
    }

    @Test
    void aSessionThatEndedIsUnknown() throws Exception {
        String session = mcp.session(mcp.root);
        assertThat(send("DELETE", session, mcp.issue("").getString("secret")).statusCode())
                .isEqualTo(404);
        assertThat(send("DELETE", session, mcp.root).statusCode()).isEqualTo(204);
        assertThat(mcp.post(mcp.root, session, PING).statusCode()).isEqualTo(404);
        assertThat(send("PUT", session, mcp.root).statusCode()).isEqualTo(405);
    }

    @Test
    void theLongestUnusedOfTooManySessionsOfOneCredentialEnds() throws Exception {
        String key = mcp.issue("").getString("secret");
        String session = mcp.session(key);
        String used = mcp.session(key);
        for (int i = 0; i < 99; i++) {
            assertThat(mcp.post(key, used, PING).statusCode()).isEqualTo(200);
            var _ = mcp.session(key);
        }
        assertThat(mcp.post(key, session, PING).statusCode()).isEqualTo(404);
        assertThat(mcp.post(key, used, PING).statusCode()).isEqualTo(200);
    }

    @Test
    void foreignOriginsAreRefused() throws Exception {
        String hello = TestMcp.initialize("{}");
        for (String origin : new String[] {"http://evil.example", "null", "http://127.0.0.1.evil.example", "file://"}) {
            assertThat(mcp.post(mcp.root, null, hello, "Origin", origin).statusCode())
                    .as(origin)
                    .isEqualTo(403);
        }
        assertThat(mcp.post(mcp.root, null, hello, "Origin", "http://localhost:3000")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void foreignHostsAreRefused() throws Exception {
        assertThat(raw("evil.example")).startsWith("HTTP/1.1 403");
        assertThat(raw("localhost.evil.example:8787")).startsWith("HTTP/1.1 403");
        assertThat(raw("localhost:1")).startsWith("HTTP/1.1 200");
    }

    @Test
    void revisionsThatAreNotServedAreRefused() throws Exception {
        String session = mcp.session(mcp.root);
        for (String wrong : new String[] {"1900-01-01", "2026-07-28", "x"}) {
            HttpResponse<String> answer = mcp.post(mcp.root, session, PING, "MCP-Protocol-Version", wrong);
            assertThat(answer.statusCode()).as(wrong).isEqualTo(400);
            assertThat(answer.body()).contains("2025-11-25");
        }
        assertThat(mcp.post(mcp.root, session, PING, "MCP-Protocol-Version", "2025-06-18")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatIsNoMessageIsRefusedWithoutOurInside() throws Exception {
        String session = mcp.session(mcp.root);
        for (String wrong :
                new String[] {"", "{", "[" + PING + "]", "{\"a\":1,\"a\":2}", "{\"jsonrpc\":\"2.0\",\"id\":{}}"}) {
            HttpResponse<String> answer = mcp.post(mcp.root, session, wrong);
            assertThat(answer.statusCode()).as(wrong).isEqualTo(400);
            assertThat(answer.body())
                    .contains("\"jsonrpc\":\"2.0\"")
                    .doesNotContain("stackTrace", "Exception", "at dev.");
        }
        assertThat(mcp.post(mcp.root, session, PING, "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(415);
        assertThat(mcp.post(mcp.root, session, PING, "Accept", "text/html").statusCode())
                .isEqualTo(406);
        assertThat(mcp.post(mcp.root, session, "x".repeat(Message.LONGEST + 1)).statusCode())
                .isEqualTo(413);
        assertThat(mcp.post(mcp.root, session, PING).statusCode()).isEqualTo(200);
    }

    @Test
    void aMalformedResponseIsRefusedWithoutOurInside() throws Exception {
        String session = mcp.session(mcp.root);
        for (String wrong : StdioServerTest.MALFORMED_RESPONSES) {
            HttpResponse<String> answer = mcp.post(mcp.root, session, wrong);
            assertThat(answer.statusCode()).as(wrong).isEqualTo(400);
            assertThat(answer.body()).contains("\"code\":-32600").doesNotContain("Exception");
        }
    }

    @Test
    void parametersThatDoNotFitAreTold() throws Exception {
        String session = mcp.session(mcp.root);
        String meta = TestMcp.call("keys_list", "{},\"_meta\":5");
        assertThat(mcp.post(mcp.root, session, meta).body()).contains("\"code\":-32602", "_meta");
    }

    @Test
    void aQuestionToThePersonComesInTheStreamOfItsCall() throws Exception {
        String id = mcp.issue("").getString("id");
        HttpResponse<String> hello = mcp.post(mcp.root, null, TestMcp.initialize("{\"elicitation\":{}}"));
        String session = hello.headers().firstValue("mcp-session-id").orElseThrow();
        HttpRequest revoke = HttpRequest.newBuilder(URI.create(mcp.owner.address() + "/mcp"))
                .header("Authorization", "Bearer " + mcp.root)
                .header("Content-Type", "application/json")
                .header("Mcp-Session-Id", session)
                .POST(HttpRequest.BodyPublishers.ofString(TestMcp.call("keys_revoke", "{\"id\":\"" + id + "\"}")))
                .build();
        var stream = mcp.http.send(revoke, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.headers().firstValue("content-type")).hasValue("text/event-stream");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("event: message");
            var question = TestMcp.json(lines.readLine().substring("data: ".length()));
            assertThat(question.getString("method")).isEqualTo("elicitation/create");
            String yes = "{\"jsonrpc\":\"2.0\",\"id\":" + question.get("id")
                    + ",\"result\":{\"action\":\"accept\",\"content\":{\"confirm\":true}}}";
            assertThat(mcp.post(mcp.root, session, yes).statusCode()).isEqualTo(202);
            assertThat(lines.lines().toList())
                    .anySatisfy(line -> assertThat(line).startsWith("data: ").contains("revoked"));
        }
    }

    @Test
    void notificationsAreAccepted() throws Exception {
        String session = mcp.session(mcp.root);
        assertThat(mcp.post(mcp.root, session, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}")
                        .statusCode())
                .isEqualTo(202);
        assertThat(mcp.post(mcp.root, session, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/no/such\"}")
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void twoCredentialsAreRefused() throws Exception {
        assertThat(mcp.post(mcp.root, null, TestMcp.initialize("{}"), "x-api-key", "km-other")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aListeningStreamIsOneOfItsSession() throws Exception {
        String session = mcp.session(mcp.root);
        HttpRequest get = HttpRequest.newBuilder(URI.create(mcp.owner.address() + "/mcp"))
                .header("Authorization", "Bearer " + mcp.root)
                .header("Accept", "text/event-stream")
                .header("Mcp-Session-Id", session)
                .build();
        var answer = mcp.http.send(get, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream");
        assertThat(send("DELETE", session, mcp.root).statusCode()).isEqualTo(204);
        try (var body = answer.body()) {
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).startsWith(": alive");
        }
    }

    @Test
    void aListeningStreamEndsWhenTheServerDrains(@TempDir Path another) throws Exception {
        TestMcp draining = new TestMcp(another);
        String session = draining.session(draining.root);
        HttpRequest get = HttpRequest.newBuilder(URI.create(draining.owner.address() + "/mcp"))
                .header("Authorization", "Bearer " + draining.root)
                .header("Accept", "text/event-stream")
                .header("Mcp-Session-Id", session)
                .build();
        var answer = draining.http.send(get, HttpResponse.BodyHandlers.ofInputStream());
        var closing = CompletableFuture.runAsync(draining::close);
        try (var body = answer.body()) {
            // A stream that is cut would fail here.
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).startsWith(": alive");
        }
        closing.get(30, TimeUnit.SECONDS);
    }

    private static HttpResponse<String> send(String method, String session, String credential) throws Exception {
        return mcp.http.send(
                HttpRequest.newBuilder(URI.create(mcp.owner.address() + "/mcp"))
                        .header("Authorization", "Bearer " + credential)
                        .header("Mcp-Session-Id", session)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The first line of the answer to a request with this Host, which the JDK's client does not let us set. */
    private static String raw(String host) throws Exception {
        byte[] body = TestMcp.initialize("{}").getBytes(StandardCharsets.UTF_8);
        URI address = URI.create(mcp.owner.address());
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /mcp HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + mcp.root
                            + "\r\nContent-Type: application/json\r\nAccept: */*\r\nContent-Length: " + body.length
                            + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            out.write(body);
            out.flush();
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }
}
