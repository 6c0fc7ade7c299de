package dev.keymesh.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.page.TestPages.Visitor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls as they end: over REST and to a page, by who may see them and as long as they may. */
@Timeout(60)
class LiveRequestsTest {
    private static final String REST = "/api/v1/requests/stream";
    private static final String PAGE = "/ui/requests/live";

    @TempDir
    Path folder;

    private TestPages at;

    @BeforeEach
    void start() {
        at = new TestPages(GatewayConfig.embedded(folder));
    }

    @AfterEach
    void stop() {
        at.close();
    }

    @Test
    void aCallArrivesAsItEndsWithWhatItWasAndCost() throws IOException {
        String secret = TestPages.member(
                at.admin("POST", "/api/v1/spaces/default/keys", "{\"title\":\"k\",\"owner\":\"canary\"}"), "secret");
        Visitor root = at.signedIn(at.root);
        assertThat(at.get(root, PAGE).body()).contains("data-live=\"/ui/requests/live\"");
        try (Stream page = new Stream(at.follow(root, PAGE));
                Stream rest = new Stream(at.follow(at.root, REST))) {
            assertThat(at.call(secret)).isEqualTo(200);
            String told = page.data();
            assertThat(told)
                    .contains(
                            "\"model\":\"demo-small\"",
                            "\"outcome\":\"completed\"",
                            "\"outputTokens\":",
                            "\"cost\":\"0.",
                            "\"durationMs\":")
                    .doesNotContain(secret, "canary");
            assertThat(rest.data()).isEqualTo(told);
            String id = TestPages.member(told, "id");
            assertThat(at.get(root, "/ui/requests").body()).contains("/ui/requests/" + id, "demo-small");
            assertThat(at.get(root, "/ui/requests?model=other").body()).contains("No call is like this");
            assertThat(at.get(root, "/ui/requests?model=demo-small&outcome=completed")
                            .body())
                    .contains(id);
            assertThat(at.get(root, "/ui/requests/" + id).body())
                    .contains(id, "as the provider reported it", "ms</dd>");
        }
    }

    @Test
    void aKeyOfOneSpaceIsToldOfItsCallsAlone() throws IOException {
        at.admin("POST", "/api/v1/spaces", "{\"id\":\"acme\"}");
        String theirs = issued("acme");
        String others = issued("default");
        String acme = at.management("{\"title\":\"a\",\"permissionSet\":\"reader\",\"space\":\"acme\"}");
        try (Stream rest = new Stream(at.follow(acme, REST));
                Stream page = new Stream(at.follow(at.signedIn(acme), PAGE))) {
            assertThat(at.call(others)).isEqualTo(200);
            assertThat(at.call(theirs)).isEqualTo(200);
            assertThat(rest.data()).contains("\"space\":\"acme\"");
            assertThat(page.data()).contains("\"space\":\"acme\"");
        }
    }

    @Test
    void whoMayNotSeeUsageIsRefused() throws IOException {
        String validator = at.management("{\"title\":\"v\",\"permissionSet\":\"validator\"}");
        assertThat(at.follow(validator, REST).statusCode()).isEqualTo(403);
        assertThat(at.follow(at.signedIn(validator), PAGE).statusCode()).isEqualTo(403);
        assertThat(at.follow("kma-wrong", REST).statusCode()).isEqualTo(401);
        assertThat(at.follow(issued("default"), REST).statusCode()).isEqualTo(403);
        assertThat(at.follow(Visitor.NOBODY, PAGE).statusCode()).isEqualTo(303);
    }

    @Test
    void aStreamEndsWithItsKeyAndWithItsSession() throws IOException {
        String made = at.admin("POST", "/api/v1/management-keys", "{\"title\":\"r\",\"permissionSet\":\"reader\"}");
        String secret = TestPages.member(made, "secret");
        Visitor leaves = at.signedIn(secret);
        try (Stream page = new Stream(at.follow(leaves, PAGE));
                Stream rest = new Stream(at.follow(secret, REST))) {
            at.post(leaves, "/sign-out", Map.of());
            assertThat(page.rest()).contains(": the credential is not good for this any more");
            at.admin("POST", "/api/v1/management-keys/" + TestPages.member(made, "id") + "/revoke", "{}");
            assertThat(rest.rest()).contains(": the credential is not good for this any more");
        }
    }

    @Test
    void soManyStreamsAreServedAndTheNextIsToldSo() throws IOException {
        List<Stream> open = new ArrayList<>();
        try {
            for (int i = 0; i < 64; i++) {
                open.add(new Stream(at.follow(at.root, REST)));
            }
            HttpResponse<InputStream> next = at.follow(at.root, REST);
            assertThat(next.statusCode()).isEqualTo(503);
            assertThat(new String(next.body().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("streams of requests", "64");
        } finally {
            for (Stream stream : open) {
                stream.close();
            }
        }
    }

    @Test
    void aGatewayThatStopsEndsItsStreams() throws IOException {
        try (Stream rest = new Stream(at.follow(at.root, REST))) {
            at.stop();
            rest.rest();
        }
    }

    private String issued(String space) {
        return TestPages.member(at.admin("POST", "/api/v1/spaces/" + space + "/keys", "{\"title\":\"k\"}"), "secret");
    }

    /** A stream that has begun. */
    private static final class Stream implements AutoCloseable {
        private final BufferedReader lines;

        Stream(HttpResponse<InputStream> answer) throws IOException {
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
            lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
            assertThat(lines.readLine()).isEqualTo(": live");
        }

        /** The next event's data. */
        String data() throws IOException {
            String line = lines.readLine();
            while (line != null && !line.startsWith("data: ")) {
                line = lines.readLine();
            }
            return String.valueOf(line);
        }

        /** All that comes until it ends. */
        List<String> rest() {
            return lines.lines().toList();
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
