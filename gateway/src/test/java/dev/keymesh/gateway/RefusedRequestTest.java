package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the HTTP server refuses before any of our code sees it is still answered in the caller's dialect. */
class RefusedRequestTest {
    private static final String HOST = "Host: x\r\n";

    @TempDir
    private Path folder;

    @Test
    void aVendorsPathIsAnsweredInTheVendorsShape() throws Exception {
        try (TestGateway at = new TestGateway(folder)) {
            for (String line : new String[] {
                "GET /v1/models/%00",
                "GET /v1/models/%zz",
                "POST /v1//embeddings",
                "GET /canary//x",
                "GET /v1/a/../../.."
            }) {
                String answer = answer(at, line + " HTTP/1.1\r\n" + HOST);
                assertPlain(answer, line, 400);
                assertThat(answer)
                        .as(line)
                        .contains("Content-Type: application/json\r\n")
                        .contains("x-should-retry: false\r\n")
                        .contains("x-keymesh-request-id: req_")
                        .contains("{\"error\":{\"message\":\"")
                        .contains("\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"invalid_request\"");
            }
            String anthropic = answer(at, "POST /v1//messages HTTP/1.1\r\n" + HOST);
            assertPlain(anthropic, "messages", 400);
            assertThat(anthropic)
                    .contains("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"")
                    .contains("\"request_id\":\"req_");
        }
    }

    @Test
    void aPathOfTheApiIsAnsweredWithAProblem() throws Exception {
        try (TestGateway at = new TestGateway(folder)) {
            for (String path : new String[] {"/api/v1/spaces//keys", "/api/v1/keys//", "/api//v1/keys"}) {
                String answer = answer(at, "GET " + path + " HTTP/1.1\r\n" + HOST);
                assertPlain(answer, path, 400);
                assertThat(answer)
                        .as(path)
                        .contains("Content-Type: application/problem+json\r\n")
                        .contains("\"status\":400")
                        .contains("\"code\":\"malformed\"")
                        .contains("\"requestId\":\"req_");
            }
        }
    }

    @Test
    void aPathThatCannotBeDecodedIsAnsweredInOneShapeWhereverItLeads() throws Exception {
        try (TestGateway at = new TestGateway(folder)) {
            for (String path : new String[] {"/api/v1/keys/%00", "/v1/messages/%zz"}) {
                String answer = answer(at, "GET " + path + " HTTP/1.1\r\n" + HOST);
                assertPlain(answer, path, 400);
                assertThat(answer).as(path).contains("{\"error\":{\"message\":\"");
            }
        }
    }

    @Test
    void headersThatAreTooLargeOrWrongAreRefusedWithTheirStatus() throws Exception {
        try (TestGateway at = new TestGateway(folder)) {
            String large = "X-Big: " + "canary".repeat(4_000) + "\r\n";
            String vendors = answer(at, "GET /v1/models HTTP/1.1\r\n" + HOST + large);
            assertPlain(vendors, "large", 431);
            assertThat(vendors).contains("{\"error\":{\"message\":\"").contains("16384");
            String ours = answer(at, "GET /api/v1/spaces HTTP/1.1\r\n" + HOST + large);
            assertPlain(ours, "large", 431);
            assertThat(ours)
                    .contains("Content-Type: application/problem+json\r\n")
                    .contains("\"code\":\"too_large\"");
            for (String host : new String[] {"", "Host: canary:no\r\n", HOST + "Host: canary\r\n"}) {
                String answer = answer(at, "GET /v1/models HTTP/1.1\r\n" + host);
                assertPlain(answer, host, 400);
                assertThat(answer).as(host).contains("{\"error\":{\"message\":\"");
            }
            String version = answer(at, "GET /v1/models HTTP/7.3\r\n" + HOST);
            assertPlain(version, "version", 505);
            assertThat(version).contains("{\"error\":{\"message\":\"");
            assertPlain(answer(at, "canary\r\n"), "no request line", 400);
        }
    }

    @Test
    void aClientThatSendsItsWholeBodyFirstStillReadsTheRefusalAndKeepsItsConnection() throws Exception {
        try (TestGateway at = new TestGateway(folder)) {
            byte[] large = new byte[40 * 1024 * 1024];
            String key = "Authorization: Bearer " + at.issue("1.00").secret() + "\r\n";
            String root = "Authorization: Bearer " + at.root + "\r\n";
            for (String head : new String[] {
                "POST /v1/chat/completions HTTP/1.1\r\n" + key,
                "POST /v1/chat/completions HTTP/1.1\r\n",
                "POST /v1/nothing HTTP/1.1\r\n",
                "POST /api/v1/keys HTTP/1.1\r\n" + root
            }) {
                String answers = twoAnswers(at, head + HOST + "Content-Length: " + large.length + "\r\n\r\n", large);
                assertThat(answers).as(head).startsWith("HTTP/1.1 4").contains("HTTP/1.1 200 OK\r\n");
            }
        }
    }

    private static String twoAnswers(TestGateway at, String head, byte[] body) throws IOException {
        URI address = URI.create(at.address());
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            String next = "GET /livez HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(next.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static void assertPlain(String answer, String as, int status) {
        assertThat(answer)
                .as(as)
                .startsWith("HTTP/1.1 " + status + " ")
                .doesNotContainIgnoringCase("<html")
                .doesNotContainIgnoringCase("jetty")
                .doesNotContain("canary", "%00", "%zz", "Exception", "\tat ");
    }

    /**
     * What is answered to a head alone. This side stays open until then: Jetty answers what it cannot parse from another
     * thread, and an end of the stream that it reads first closes the connection without an answer.
     */
    private static String answer(TestGateway at, String head) throws IOException {
        URI address = URI.create(at.address());
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write((head + "Connection: close\r\nContent-Length: 0\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
