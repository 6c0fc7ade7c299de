package dev.keymesh.gateway;

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

/** The operations besides chat and messages, each over the whole path: allowed and metered, denied, held, cut off. */
class SurfaceTest {
    private static final String KEYS = "/api/v1/spaces/default/keys";
    private static final String USAGE = "\"usage\":{\"input_tokens\":10,\"input_tokens_details\":{\"cached_tokens\":4},"
            + "\"output_tokens\":6,\"total_tokens\":16}";

    private TestGateway at;
    private ScriptedProvider provider;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        at = new TestGateway(folder);
        provider = new ScriptedProvider().at(at);
        price("scripted", "s", "1.00", "1.00");
    }

    @AfterEach
    void stop() {
        at.close();
        provider.close();
    }

    @Test
    void aResponseIsMeteredByItsUsage() {
        TestGateway.Key key = at.issue("1.00");
        provider.answersJson("{\"object\":\"response\",\"status\":\"completed\"," + USAGE + "}");
        HttpResponse<String> answer = post("/v1/responses", key, response("'max_output_tokens':50"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(provider.lastHead).startsWith("POST /v1/responses HTTP/1.1");
        assertThat(provider.lastBody).isEqualTo(response("'max_output_tokens':50"));
        assertSpent(key, "0.000016");
        assertThat(records()).contains("\"operation\":\"responses\"").contains("\"cachedInputTokens\":4");
    }

    @Test
    void aStreamedResponseIsMeteredByItsLastEventAndPassesUntouched() {
        TestGateway.Key key = at.issue("1.00");
        String events = delta(1, "hello")
                + "event: response.incomplete\ndata: {\"type\":\"response.incomplete\",\"sequence_number\":2,\"response\":{"
                + USAGE + "}}\n\n";
        provider.answersEvents(events, true);
        HttpResponse<String> answer =
                post("/v1/responses", key, response("'max_output_tokens':50,'stream':true,'stream_options':null"));
        assertThat(answer.body()).isEqualTo(events);
        assertThat(provider.lastBody).doesNotContain("include_usage");
        assertSpent(key, "0.000016");
    }

    @Test
    void aResponseThatIsCutIsSettledAtWhatWasRelayedAndEndsWithItsOwnErrorEvent() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        String body = response("'max_output_tokens':2000,'stream':true");
        provider.answersEvents(delta(1, "hello") + delta(2, "you"), false);
        HttpResponse<String> answer = post("/v1/responses", key, body);
        assertThat(answer.body())
                .startsWith(delta(1, "hello"))
                .contains("event: error\ndata: {\"type\":\"error\",\"sequence_number\":3,")
                .contains("\"error\":{\"message\"")
                .contains("\"code\":\"upstream_unreachable\"");
        expectNothingHeld(key);
        // input bound: bytes and one message; output: what was relayed, 64, and what may have been reasoned unseen
        long least = body.length() + 16L + 8 + 64;
        assertThat(spentNanos(key)).isBetween(least * 1_000, (body.length() + 16L + 2_000) * 1_000L);
        assertThat(records()).contains("\"settlement\":\"estimated\"");
    }

    @Test
    void aRunningResponseEndsWithTheRevocationOfItsKey() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        provider.answers((out, p) -> {
            String first = delta(1, "hello");
            ScriptedProvider.write(
                    out,
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + Integer.toHexString(first.length()) + "\r\n" + first + "\r\n");
            p.awaitGo();
        });
        CompletableFuture<HttpResponse<String>> call = CompletableFuture.supplyAsync(
                () -> post("/v1/responses", key, response("'max_output_tokens':50,'stream':true")));
        assertThat(provider.called.await(5, TimeUnit.SECONDS)).isTrue();
        Thread.sleep(200);
        at.admin("POST", "/api/v1/keys/" + key.id() + "/revoke", "{}");
        assertThat(call.get(2, TimeUnit.SECONDS).body())
                .startsWith(delta(1, "hello"))
                .contains("\n\nevent: error\ndata: {\"type\":\"error\",\"sequence_number\":2,\"code\":\"key_revoked\"");
        provider.go.countDown();
        expectNothingHeld(key);
    }

    @Test
    void aResponseHoldsItsBoundExactlyAndIsRefusedOneNanodollarBelow() {
        String body = response("'max_output_tokens':100");
        long bound = (body.length() + 16L + 100) * 1_000L;
        provider.answersJson("{\"object\":\"response\"," + USAGE + "}");
        TestGateway.Key short1 = at.issue(usd(bound - 1));
        expect(post("/v1/responses", short1, body), 429, "keymesh_budget_exceeded");
        TestGateway.Key enough = at.issue(usd(bound));
        assertThat(post("/v1/responses", enough, body).statusCode()).isEqualTo(200);
    }

    @Test
    void aResponseWithoutACapGetsTheOneThatPolicySetsUnderItsOwnName() {
        provider.answersJson("{\"object\":\"response\"," + USAGE + "}");
        String secret = key("{\"maxOutputTokens\":100}");
        HttpResponse<String> answer = post("/v1/responses", secret, response("'max_tokens':5"));
        assertThat(answer.headers().firstValue("x-keymesh-injected")).hasValue("max_output_tokens=100");
        assertThat(provider.lastBody).endsWith(",\"max_output_tokens\":100}");
        expect(post("/v1/responses", secret, response("'max_output_tokens':101")), 403, "keymesh_output_cap_exceeded");
    }

    @Test
    void aCapThatOpenAiWouldNotTakeIsRefusedAndNeverRaised() {
        at.admin("POST", "/api/v1/providers", provider("o", "openai", provider.baseUrl()));
        price("o", "o1", "1.00", "1.00");
        String secret = key("{\"maxOutputTokens\":7}");
        provider.answersJson("{\"object\":\"response\"," + USAGE + "}");
        expect(
                post("/v1/responses", secret, "{\"model\":\"o1\",\"input\":\"hi\"}"),
                403,
                "keymesh_output_cap_exceeded");
        assertThat(provider.lastBody).isEmpty();
        assertThat(post("/v1/responses", secret, response("'x':1")).statusCode())
                .isEqualTo(200);
        assertThat(provider.lastBody).endsWith(",\"max_output_tokens\":7}");
    }

    @Test
    void aToolOrAModelThatIsDeniedIsDeniedWhereverAResponseNamesIt() {
        String secret = key("{\"allowedModels\":[\"s\"],\"toolAllowlist\":[\"ok\",\"openai.image_generation\"]}");
        for (String members : new String[] {
            "'tools':[{'type':'function','name':'no'}]",
            "'tools':[{'type':'web_search'}]",
            "'tools':[{'type':'namespace','name':'ok','tools':[{'type':'function','name':'no'}]}]",
            "'prompt':{'id':'pmpt_1'}"
        }) {
            expect(post("/v1/responses", secret, response(members)), 403, "keymesh_tool_not_allowed");
        }
        expect(
                post(
                        "/v1/responses",
                        secret,
                        "{\"model\":\"s\",\"input\":[{\"type\":\"additional_tools\",\"tools\":[{\"type\":\"function\",\"name\":\"no\"}]}]}"),
                403,
                "keymesh_tool_not_allowed");
        for (String members :
                new String[] {"'tools':[{'type':'image_generation'}]", "'moderation':{'model':'other'}"}) {
            expect(post("/v1/responses", secret, response(members)), 403, "keymesh_model_not_allowed");
        }
        assertThat(provider.lastBody).isEmpty();
        provider.answersJson("{" + USAGE + "}");
        assertThat(post("/v1/responses", secret, response("'tools':[{'type':'function','name':'ok'}]"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void underABudgetInputByReferenceIsRefusedAndInTheBackgroundNothingRuns() {
        TestGateway.Key key = at.issue("1.00");
        for (String members : new String[] {
            "'previous_response_id':'resp_1'",
            "'conversation':'conv_1'",
            "'prompt':{'id':'pmpt_1'}",
            "'tools':[{'type':'web_search'}]"
        }) {
            expect(post("/v1/responses", key, response(members)), 403, "keymesh_unbounded_input");
        }
        expect(post("/v1/responses", key, response("'background':true")), 400, "background");
        assertThat(provider.lastBody).isEmpty();
        assertSpent(key, "0");
    }

    @Test
    void completionsAreMeteredAndTheirPromptsAreHeldEach() {
        provider.answersJson("{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5}}");
        String body = "{\"model\":\"s\",\"prompt\":[\"a\",\"b\"],\"max_tokens\":100,\"best_of\":2}";
        long bound = (body.length() + 2 * 16L + 2 * 2 * 100) * 1_000L;
        expect(post("/v1/completions", at.issue(usd(bound - 1)), body), 429, "keymesh_budget_exceeded");
        TestGateway.Key key = at.issue(usd(bound));
        assertThat(post("/v1/completions", key, body).statusCode()).isEqualTo(200);
        assertSpent(key, "0.000008");
        expect(post("/v1/completions", key("{\"deniedModels\":[\"s\"]}"), body), 403, "keymesh_model_denied");
    }

    @Test
    void aStreamOfCompletionsReportsItsUsageToKeymeshAndNotToACallerThatDidNotAsk() {
        TestGateway.Key key = at.issue("1.00");
        String text = "data: {\"choices\":[{\"text\":\"hi\",\"index\":0}]}\n\n";
        provider.answersEvents(
                text
                        + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5}}\n\ndata: [DONE]\n\n",
                true);
        HttpResponse<String> answer =
                post("/v1/completions", key, "{\"model\":\"s\",\"prompt\":\"a\",\"max_tokens\":9,\"stream\":true}");
        assertThat(answer.body()).isEqualTo(text + "data: [DONE]\n\n");
        assertThat(provider.lastBody).endsWith(",\"stream_options\":{\"include_usage\":true}}");
        assertSpent(key, "0.000008");
    }

    @Test
    void aStreamOfCompletionsThatIsCutIsSettledAtWhatWasRelayed() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        String body = "{\"model\":\"s\",\"prompt\":\"a\",\"max_tokens\":2000,\"stream\":true}";
        provider.answersEvents("data: {\"choices\":[{\"text\":\"hello\",\"index\":0}]}\n\n", false);
        assertThat(post("/v1/completions", key, body).body())
                .startsWith("data: {\"choices\"")
                .contains("\n\ndata: {\"error\":{")
                .contains("upstream_unreachable");
        expectNothingHeld(key);
        assertThat(spentNanos(key))
                .isBetween((body.length() + 16L + 5 + 64) * 1_000, (body.length() + 16L + 2_000) * 1_000);
    }

    @Test
    void embeddingsAreMeteredAndHeldByTheirInputAlone() {
        String body = "{\"model\":\"s\",\"input\":[\"a\",\"b\"]}";
        String vectors = "{\"embedding\":[" + "0.0123456789,".repeat(20_000) + "1]},".repeat(1);
        provider.answersJson("{\"object\":\"list\",\"data\":[" + vectors
                + "{}],\"usage\":{\"prompt_tokens\":2,\"total_tokens\":2}}");
        long bound = (body.length() + 2 * 16L) * 1_000L;
        expect(post("/v1/embeddings", at.issue(usd(bound - 1)), body), 429, "keymesh_budget_exceeded");
        TestGateway.Key key = at.issue(usd(bound));
        HttpResponse<String> answer = post("/v1/embeddings", key, body);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-keymesh-injected")).isEmpty();
        assertThat(answer.body()).endsWith("\"total_tokens\":2}}");
        assertThat(provider.lastBody).isEqualTo(body);
        assertSpent(key, "0.000002");
        expect(post("/v1/embeddings", key("{\"allowedModels\":[\"x\"]}"), body), 403, "keymesh_model_not_allowed");
        String secret = key("{\"maxOutputTokens\":5}");
        assertThat(post("/v1/embeddings", secret, body).statusCode()).isEqualTo(200);
        assertThat(provider.lastBody).isEqualTo(body);
    }

    @Test
    void embeddingsThatBreakOffAreChargedForInputAndNoOutput() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        String body = "{\"model\":\"s\",\"input\":\"a\"}";
        provider.answers((out, p) -> ScriptedProvider.write(
                out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"data\":["));
        try {
            post("/v1/embeddings", key, body);
        } catch (IllegalStateException e) {
            // the answer broke off for the caller too
        }
        expectNothingHeld(key);
        assertThat(spentNanos(key)).isEqualTo((body.length() + 16L) * 1_000L);
        assertThat(records()).contains("\"outputTokens\":0");
    }

    @Test
    void moderationsAskPolicyAndUnderABudgetNeedAPriceAndAreOfTheVendorsDefaultModel() {
        provider.answersJson("{\"id\":\"modr-1\",\"results\":[{\"flagged\":false}]}");
        TestGateway.Key key = at.issue("1.00");
        String body = "{\"input\":\"hi\"}";
        expect(post("/v1/moderations", key, body), 403, "keymesh_model_unpriced");
        price("scripted", "omni-moderation-latest", "0", "0");
        HttpResponse<String> answer = post("/v1/moderations", key, body);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-keymesh-injected")).hasValue("model=omni-moderation-latest");
        assertThat(provider.lastBody).isEqualTo("{\"input\":\"hi\",\"model\":\"omni-moderation-latest\"}");
        assertSpent(key, "0");
        expect(post("/v1/moderations", key("{\"allowedModels\":[\"s\"]}"), body), 403, "keymesh_model_not_allowed");
    }

    @Test
    void countingTokensIsFreeAskedOfPolicyAndForwarded() {
        String base = provider.baseUrl();
        at.admin("POST", "/api/v1/providers", provider("a", "anthropic", base.substring(0, base.length() - 3)));
        provider.answersJson("{\"input_tokens\":14}");
        String body = "{\"model\":\"claude\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        TestGateway.Key broke = at.issue("0");
        HttpResponse<String> answer = post("/v1/messages/count_tokens?beta=true", broke, body);
        assertThat(answer.body()).isEqualTo("{\"input_tokens\":14}");
        assertThat(provider.lastHead).startsWith("POST /v1/messages/count_tokens?beta=true HTTP/1.1");
        assertThat(provider.lastBody).isEqualTo(body);
        assertThat(records())
                .contains("\"operation\":\"messages.count_tokens\"")
                .contains("\"cost\":\"0\"")
                .contains("\"inputTokens\":0");
        String secret = key("{\"allowedModels\":[\"s\"],\"maxOutputTokens\":5}");
        expect(post("/v1/messages/count_tokens", secret, body), 403, "permission_error");
        assertThat(post("/v1/messages/count_tokens", key("{\"maxOutputTokens\":5}"), body)
                        .statusCode())
                .isEqualTo(200);
        assertThat(provider.lastBody).isEqualTo(body);
    }

    @Test
    void aModelIsShownToThoseWhoMayUseItInTheirOwnShapeAndToOthersLikeOneThatIsNotThere() {
        price("scripted", "meta/llama", "1.00", "1.00");
        String secret = key("{\"allowedModels\":[\"meta/llama\",\"absent\"]}");
        for (String path : new String[] {"/v1/models/meta/llama", "/v1/models/meta%2Fllama", "/models/meta%2fllama"}) {
            HttpResponse<String> answer = at.send("GET", path, secret, null);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.body()).startsWith("{\"id\":\"meta/llama\",\"object\":\"model\"");
        }
        String absent = at.send("GET", "/v1/models/absent", secret, null).body();
        assertThat(absent).contains("\"param\":\"model\",\"code\":\"model_not_found\"");
        HttpResponse<String> denied = at.send("GET", "/v1/models/s", secret, null);
        assertThat(denied.statusCode()).isEqualTo(404);
        assertThat(denied.body()).isEqualTo(absent.replace("'absent'", "'s'"));
        assertThat(at.send("GET", "/v1/models/no%2Fsuch", secret, null).body()).contains("'no/such'");
        for (String path : new String[] {
            "/v1/models/meta%252Fllama", "/v1/models/../models/s", "/v1/models/%", "/v1/models/s?x=%00", "/v1/models/"
        }) {
            assertThat(raw(path, secret)).as(path).isIn(400, 404);
        }
        assertThat(at.send("GET", "/v1/models/s", "km-none", null).statusCode()).isEqualTo(401);
    }

    @Test
    void aModelOfAnthropicHasAnthropicsShape() {
        at.admin("POST", "/api/v1/providers", provider("a", "anthropic", at.provider.anthropicUrl()));
        String secret = key("{}");
        HttpResponse<String> answer =
                at.send("GET", "/v1/models/own-1", secret, null, "anthropic-version", "2023-06-01");
        assertThat(answer.body()).startsWith("{\"id\":\"own-1\",\"type\":\"model\"");
        HttpResponse<String> none = at.send("GET", "/v1/models/none", secret, null, "anthropic-version", "2023-06-01");
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(none.body()).startsWith("{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\"");
    }

    @Test
    void anotherMethodIsRefusedInThePathsShape() {
        for (String path : new String[] {"/v1/responses", "/v1/embeddings", "/v1/completions", "/v1/moderations"}) {
            expect(at.send("GET", path, "x", null), 405, "{\"error\":{");
        }
        expect(at.send("DELETE", "/v1/models/m", "x", null), 405, "{\"error\":{");
        expect(at.send("GET", "/v1/messages/count_tokens", "x", null), 405, "{\"type\":\"error\"");
        expect(at.send("DELETE", "/v1/models/m", "x", null, "anthropic-version", "1"), 405, "{\"type\":\"error\"");
    }

    private static String response(String members) {
        return "{\"model\":\"s\",\"input\":\"hi\"," + members.replace('\'', '"') + "}";
    }

    private static String delta(int number, String text) {
        return "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":"
                + number + ",\"item_id\":\"msg_1\",\"delta\":\"" + text + "\"}\n\n";
    }

    private HttpResponse<String> post(String path, TestGateway.Key key, String body) {
        return post(path, key.secret(), body);
    }

    private HttpResponse<String> post(String path, String secret, String body) {
        return at.send("POST", path, secret, body, "Content-Type", "application/json");
    }

    private int raw(String path, String secret) {
        try {
            return at.send("GET", path, secret, null).statusCode();
        } catch (IllegalArgumentException e) {
            return 400;
        }
    }

    private String key(String policy) {
        return TestGateway.member(at.admin("POST", KEYS, "{\"title\":\"t\",\"policy\":" + policy + "}"), "secret");
    }

    private void price(String name, String model, String input, String output) {
        at.admin(
                "PUT",
                "/api/v1/prices",
                "{\"provider\":\"" + name + "\",\"model\":\"" + model + "\",\"inputPerMillion\":\"" + input
                        + "\",\"outputPerMillion\":\"" + output + "\"}");
    }

    private static String provider(String name, String kind, String baseUrl) {
        return "{\"name\":\"" + name + "\",\"kind\":\"" + kind + "\",\"baseUrl\":\"" + baseUrl
                + "\",\"credential\":\"canary-credential-1234567890\"}";
    }

    private static String usd(long nanos) {
        return java.math.BigDecimal.valueOf(nanos, 9).toPlainString();
    }

    private long spentNanos(TestGateway.Key key) {
        return new java.math.BigDecimal(TestGateway.member(at.budget(key), "spent"))
                .movePointRight(9)
                .longValueExact();
    }

    private void assertSpent(TestGateway.Key key, String spent) {
        assertThat(at.budget(key)).contains("\"spent\":\"" + spent + "\",\"held\":\"0\"");
    }

    private String records() {
        return at.admin("GET", "/api/v1/requests", null);
    }

    private void expectNothingHeld(TestGateway.Key key) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!at.budget(key).contains("\"held\":\"0\"") && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertThat(at.budget(key)).contains("\"held\":\"0\"");
    }

    private static void expect(HttpResponse<String> answer, int status, String text) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(text);
    }
}
