package dev.keymesh.gateway;

import static dev.keymesh.gateway.ScriptedProvider.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ways in which other gateways lost count of money, each reported in public: none of them is one of ours. */
class PeersFailuresTest {
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
    }

    @AfterEach
    void stop() {
        at.close();
        provider.close();
    }

    private static String body(String more) {
        return TestGateway.body(2_000, more).replace("\"m\"", "\"s\"");
    }

    @Test
    void aBudgetOfZeroBlocksInsteadOfBeingNone() {
        TestGateway.Key key = at.issue("0");
        assertThat(at.chat(key.secret(), body("")).body()).contains("keymesh_budget_exceeded");
        assertThat(provider.lastHead).isEmpty();
    }

    @Test
    void theKeyOfTheAdministratorIsNoWayAroundTheBudgets() {
        assertThat(at.chat(at.root, body("")).statusCode()).isEqualTo(401);
        assertThat(provider.lastHead).isEmpty();
    }

    @Test
    void theVeryFirstCallOfAKeyIsChecked() {
        TestGateway.Key key = at.issue("0.001");
        assertThat(at.chat(key.secret(), body("")).body()).contains("keymesh_budget_exceeded");
    }

    @Test
    void reservationsOfFailedCallsDoNotLeak() throws Exception {
        TestGateway.Key key = at.issue("0.002");
        provider.answers(
                (out, p) -> write(
                        out,
                        "HTTP/1.1 500 Broken\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"error\":{}}"));
        for (int i = 0; i < 50; i++) {
            assertThat(at.chat(key.secret(), body("")).statusCode()).isEqualTo(500);
        }
        assertThat(at.budget(key)).contains("\"spent\":\"0\"").contains("\"held\":\"0\"");
        provider.answersJson("{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2000}}");
        assertThat(at.chat(key.secret(), body("")).statusCode()).isEqualTo(200);
        assertThat(at.budget(key)).contains("\"spent\":\"0.002\"").contains("\"remaining\":\"0\"");
    }

    @Test
    void aCancelledStreamIsNotFree() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        provider.answers((out, p) -> {
            write(out, SSE + CHUNK.repeat(20));
            p.awaitGo();
        });
        HttpResponse<InputStream> answer = at.exchange(
                at.request(key.secret(), body(",\"stream\":true")), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.body().readNBytes(CHUNK.length() * 20)).isNotEmpty();
        answer.body().close();
        provider.go.countDown();
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!at.budget(key).contains("\"held\":\"0\"") && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(at.budget(key)).contains("\"held\":\"0\"");
        // 20 bytes that were relayed, and 64 tokens that may have been on their way.
        assertThat(Double.parseDouble(TestGateway.member(at.budget(key), "spent")))
                .isBetween(0.000084, 0.001);
    }

    @Test
    void anAnswerWithoutItsUsageIsNotPricedAsOneToken() {
        TestGateway.Key key = at.issue("1.00");
        provider.answersJson("{\"choices\":[{\"message\":{\"content\":\"" + "y".repeat(500) + "\"}}]}");
        assertThat(at.chat(key.secret(), body("")).statusCode()).isEqualTo(200);
        String spent = TestGateway.member(at.budget(key), "spent");
        assertThat(Double.parseDouble(spent)).isBetween(0.0005, 0.002);
    }

    @Test
    void countsThatOverflowAreRefusedAndNeverACredit() {
        TestGateway.Key key = at.issue("1.00");
        for (String cap : new String[] {
            "-1", "0", "1.5", "\"10\"", "true", "1e400", "2147483648", "9223372036854775808", "9223372036854775807"
        }) {
            for (String name : new String[] {"n", "max_completion_tokens"}) {
                HttpResponse<String> answer = at.chat(key.secret(), body(",\"" + name + "\":" + cap));
                assertThat(answer.statusCode()).as(name + " " + cap).isEqualTo(400);
            }
        }
        assertThat(at.chat(key.secret(), body(",\"n\":2147483647")).body()).contains("keymesh_budget_exceeded");
        assertThat(at.budget(key)).contains("\"spent\":\"0\"").contains("\"remaining\":\"1\"");
    }

    @Test
    void usageThatIsNegativeOrBeyondReasonIsNeverACredit() {
        TestGateway.Key key = at.issue("1.00");
        for (String output :
                new String[] {"-5", "1e30", "9223372036854775807", "null", "\"7\"", "-9223372036854775808"}) {
            String before = TestGateway.member(at.budget(key), "spent");
            provider.answersJson("{\"choices\":[{\"message\":{\"content\":\"abc\"}}],\"usage\":{\"prompt_tokens\":1,"
                    + "\"completion_tokens\":" + output + "}}");
            assertThat(at.chat(key.secret(), body("")).statusCode()).isEqualTo(200);
            String after = TestGateway.member(at.budget(key), "spent");
            assertThat(Double.parseDouble(after)).as(output).isGreaterThan(Double.parseDouble(before));
        }
    }

    @Test
    void usageIsNotLostInACompressedAnswer() {
        TestGateway.Key key = at.issue("1.00");
        provider.answersJson("{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":7}}");
        HttpResponse<String> answer = at.send(
                "POST",
                "/v1/chat/completions",
                key.secret(),
                body(""),
                "Content-Type",
                "application/json",
                "Accept-Encoding",
                "gzip, br");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(provider.lastHead.toLowerCase(java.util.Locale.ROOT))
                .contains("accept-encoding: identity")
                .doesNotContain("gzip");
        assertThat(at.budget(key)).contains("\"spent\":\"0.000007\"");
    }

    @Test
    void lettersThatAreCutBetweenTwoChunksArriveWhole() {
        TestGateway.Key key = at.issue("1.00");
        String text = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"中文🙂é\"}}]}\n\ndata: [DONE]\n\n";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        provider.answers((out, p) -> {
            write(out, SSE);
            for (byte one : bytes) {
                out.write(one);
                out.flush();
            }
        });
        HttpResponse<byte[]> answer = at.exchange(
                at.request(key.secret(), body(",\"stream\":true")), HttpResponse.BodyHandlers.ofByteArray());
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        got.writeBytes(answer.body());
        assertThat(got.toString(StandardCharsets.UTF_8)).isEqualTo(text);
    }
}
