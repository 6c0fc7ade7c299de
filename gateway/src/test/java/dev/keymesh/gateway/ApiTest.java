package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The REST API and what it changes on the model path, over real HTTP. */
class ApiTest {
    private static final String KEYS = "/api/v1/spaces/default/keys";

    private TestGateway at;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        at = new TestGateway(folder);
    }

    @AfterEach
    void stop() {
        at.close();
    }

    @Test
    void aPostWithAnIdempotencyKeyHappensOnce() {
        String body = "{\"title\":\"once\"}";
        HttpResponse<String> first = at.send("POST", KEYS, at.root, body, "Idempotency-Key", "abc");
        HttpResponse<String> again = at.send("POST", KEYS, at.root, body, "Idempotency-Key", "abc");
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("Idempotency-Replayed")).hasValue("true");
        assertThat(at.send("POST", KEYS, at.root, "{\"title\":\"other\"}", "Idempotency-Key", "abc")
                        .body())
                .contains("idempotency_key_reused");
        assertThat(at.admin("GET", KEYS + "?q=once", null).split("\"title\":\"once\"", -1))
                .hasSize(2);
    }

    @Test
    void aListTellsOfEachKeyWhenItWasLastUsed() throws InterruptedException {
        String unused = at.issue("1.00").id();
        TestGateway.Key key = at.issue("1.00");
        at.chat(key.secret(), TestGateway.body(1, ""));
        String one = at.admin("GET", "/api/v1/keys/" + key.id(), null);
        // A call's record is written behind its answer.
        for (int i = 0; i < 100 && one.contains("\"lastUsedAt\":null"); i++) {
            Thread.sleep(50);
            one = at.admin("GET", "/api/v1/keys/" + key.id(), null);
        }
        assertThat(one).doesNotContain("\"lastUsedAt\":null");
        String used = "\"lastUsedAt\":\"" + TestGateway.member(one, "lastUsedAt") + "\"";
        String list = at.admin("GET", KEYS, null);
        assertThat(list.substring(list.indexOf(key.id()), list.indexOf(unused))).contains(used);
        assertThat(list.substring(list.indexOf(unused)))
                .contains("\"lastUsedAt\":null")
                .doesNotContain(used);
    }

    @Test
    void anAnswerTellsWhatItCost() {
        var headers =
                at.chat(at.issue("1.00").secret(), TestGateway.body(1, "")).headers();

        String cost = headers.firstValue("x-keymesh-cost").orElseThrow();
        String id = headers.firstValue("x-keymesh-request-id").orElseThrow();
        assertThat(at.admin("GET", "/api/v1/requests/" + id, null)).contains("\"cost\":\"" + cost + "\"");
    }

    @Test
    void aBodyOverAMebibyteIsRefusedAsAProblem() {
        String title = "{\"title\":\"" + "x".repeat(1024 * 1024) + "\"}";
        HttpResponse<String> answer = at.send("POST", KEYS, at.root, title);
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("too_large", "1 MiB", "\"requestId\":\"req_");
        assertThat(at.admin("GET", KEYS + "?q=xxx", null)).contains("\"data\":[]");
    }

    @Test
    void aCompressedBodyIsRefusedAtTheDoorToo() {
        HttpResponse<String> answer = at.send("POST", KEYS, at.root, "{\"title\":\"k\"}", "Content-Encoding", "gzip");
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("unsupported_media_type", "Content-Encoding");
    }

    @Test
    void aStaleIfMatchIsRefusedAndAFreshOneIsNot() {
        String path = "/api/v1/spaces/default/workspaces/default";
        String tag =
                at.send("GET", path, at.root, null).headers().firstValue("ETag").orElseThrow();
        assertThat(at.send("PATCH", path, at.root, "{\"title\":\"New\"}", "If-Match", tag)
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> stale = at.send("PATCH", path, at.root, "{\"title\":\"Newer\"}", "If-Match", tag);
        assertThat(stale.statusCode()).isEqualTo(412);
        assertThat(stale.body()).contains("\"code\":\"stale\"");
    }

    @Test
    void aMergePatchKeepsWhatIsAbsentAndClearsWhatIsNull() {
        String path = "/api/v1/spaces/default/workspaces/default";
        at.admin("PATCH", path, "{\"policy\":{\"allowedModels\":[\"m\"],\"deniedTools\":[\"x\"]}}");
        String kept = at.admin("PATCH", path, "{\"policy\":{\"deniedTools\":null}}");
        assertThat(kept).contains("\"allowedModels\":[\"m\"]").contains("\"deniedTools\":null");
    }

    @Test
    void usageIsGroupedByTagAndGivenAsCsv() {
        String answer = at.admin(
                "POST",
                KEYS,
                "{\"title\":\"t\",\"tags\":[\"=a\",\"b\"],\"owner\":\"ana@example.com\","
                        + "\"externalId\":\"customer-7\"}");
        String secret = TestGateway.member(answer, "secret");
        at.chat(secret, TestGateway.body(3, ""));
        assertThat(at.admin("GET", "/api/v1/usage?groupBy=tag", null))
                .contains("\"tag\":\"=a\"")
                .contains("\"tag\":\"b\"");
        assertThat(at.admin("GET", "/api/v1/usage?groupBy=owner,tag", null, "Accept", "text/csv"))
                .isEqualTo(String.join(
                        "\r\n",
                        "owner,tag,requests,inputTokens,cachedInputTokens,outputTokens,cost,currency",
                        "ana@example.com,'=a,1,1,0,3,0.000003,USD",
                        "ana@example.com,b,1,1,0,3,0.000003,USD",
                        ""));
        assertThat(at.admin("GET", "/api/v1/usage?groupBy=externalId", null, "Accept", "text/csv"))
                .startsWith("externalId,requests,")
                .contains("\r\ncustomer-7,1,");
        assertThat(at.send("GET", "/api/v1/usage?groupBy=colour", at.root, null).statusCode())
                .isEqualTo(400);
    }

    @Test
    void aProviderIsTestedWithItsCredentialAndListsItsModelsOnceInFiveMinutes() {
        String id = TestGateway.member(at.admin("GET", "/api/v1/providers", null), "id");
        assertThat(at.admin("POST", "/api/v1/providers/" + id + "/test", "{}")).contains("\"ok\":true");
        assertThat(at.provider.lastHeaders.get("Authorization"))
                .isEqualTo(List.of("Bearer canary-credential-1234567890"));
        String secret = at.issue("1.00").secret();
        long before = at.provider.lists.get();
        for (int i = 0; i < 3; i++) {
            assertThat(at.send("GET", "/v1/models", secret, null).body())
                    .contains("\"own-1\"")
                    .contains("\"m\"");
        }
        assertThat(at.provider.lists.get()).isEqualTo(before + 1);
        at.provider.status = 401;
        assertThat(at.admin("POST", "/api/v1/providers/" + id + "/test", "{}"))
                .contains("\"ok\":false")
                .contains("401")
                .doesNotContain("canary");
    }

    @Test
    void anAnthropicProviderIsCalledItsWayAndChargedByItsCounts() {
        at.admin(
                "POST",
                "/api/v1/providers",
                "{\"name\":\"claude\",\"kind\":\"anthropic\",\"baseUrl\":\"" + at.provider.anthropicUrl()
                        + "\",\"credential\":\"sk-ant-canary-123456\"}");
        at.admin("PUT", "/api/v1/prices", """
                {"provider":"claude","model":"claude-x","inputPerMillion":"1000","cachedInputPerMillion":"100",
                 "cacheWritePerMillion":"1250","outputPerMillion":"5000"}""");
        TestGateway.Key key = at.issue("100.00");
        String body = "{\"model\":\"claude-x\",\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
        for (String more : new String[] {"}", ",\"stream\":true}"}) {
            HttpResponse<String> answer = at.send(
                    "POST",
                    "/v1/messages",
                    key.secret(),
                    body + more,
                    "anthropic-version",
                    "2026-10-21",
                    "Content-Type",
                    "application/json");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(at.provider.lastHeaders.get("X-api-key")).isEqualTo(List.of("sk-ant-canary-123456"));
            assertThat(at.provider.lastHeaders.get("Authorization")).isNull();
            assertThat(at.provider.lastHeaders.get("Anthropic-version")).isEqualTo(List.of("2026-10-21"));
        }
        // 10 plain, 4 read from the cache, 6 written to it, 7 out: 0.01 + 0.0004 + 0.0075 + 0.035, twice
        assertThat(at.budget(key)).contains("\"spent\":\"0.1058\",\"held\":\"0\"");
        assertThat(at.send("POST", "/v1/messages", key.secret(), "{", "Content-Type", "application/json")
                        .body())
                .contains("\"type\":\"error\"")
                .contains("invalid_request_error")
                .contains("request_id");
    }

    @Test
    void aCallThatCostsMoreThanItsBoundIsChargedAndTold() {
        at.provider.outputTokens = cap -> cap * 10;
        TestGateway.Key key = at.issue("0.000100000");
        assertThat(at.chat(key.secret(), TestGateway.body(50, "")).statusCode()).isEqualTo(200);
        assertThat(at.budget(key)).contains("\"spent\":\"0.0005\"").contains("\"remaining\":\"-0.0004\"");
        assertThat(at.admin("GET", "/api/v1/events", null)).contains("ledger.bound_exceeded");
    }

    @Test
    void aLoweredBudgetEndsTheStreamsThatItNoLongerCovers() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        var answer = at.exchange(
                at.request(key.secret(), TestGateway.body(2_000, ",\"stream\":true")),
                HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(reader.readLine()).startsWith("data: ");
            at.admin(
                    "PUT",
                    "/api/v1/budgets",
                    "{\"scope\":\"key:" + key.id() + "\",\"period\":\"monthly\",\"amount\":\"0.000001\"}");
            String last = "";
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                last = line.isEmpty() ? last : line;
            }
            assertThat(last).contains("keymesh_budget_exceeded");
        }
    }

    @Test
    void aCapThatPolicySetsIsWrittenIntoTheRequestAndSaid() {
        String answer = at.admin("POST", KEYS, "{\"title\":\"c\",\"policy\":{\"defaultMaxOutputTokens\":5}}");
        HttpResponse<String> chat = at.chat(
                TestGateway.member(answer, "secret"),
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
        assertThat(chat.headers().firstValue("x-keymesh-injected")).hasValue("max_tokens=5");
        assertThat(at.provider.billedOutput).hasValue(5);
    }

    @Test
    void underABudgetWhatHasNoPriceOrNoBoundIsRefusedWithTheFix() {
        TestGateway.Key key = at.issue("1.00");
        assertThat(at.chat(key.secret(), "{\"model\":\"unknown\"}").body())
                .contains("keymesh_model_unpriced")
                .contains("PUT /api/v1/prices");
        String url =
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.com/a.png\"}}]}]}";
        assertThat(at.chat(key.secret(), url).body()).contains("keymesh_unbounded_input");
        assertThat(at.provider.calls).hasValue(0);
    }

    @Test
    void whatACredentialMayNotDoNamesThePermission() {
        TestGateway.Key key = at.issue("1.00");
        HttpResponse<String> forbidden = at.send("GET", "/api/v1/providers", key.secret(), null);
        assertThat(forbidden.statusCode()).isEqualTo(403);
        assertThat(forbidden.body()).contains("providers.read");
        assertThat(at.send("GET", "/api/v1/usage", key.secret(), null).statusCode())
                .isEqualTo(200);
        assertThat(at.send("GET", "/api/v1/keys/key_nobody", at.root, null).statusCode())
                .isEqualTo(404);
        assertThat(at.send("GET", "/api/v1/providers", "", null).statusCode()).isEqualTo(401);
        assertThat(at.send("GET", KEYS + "?limit=101", at.root, null).statusCode())
                .isEqualTo(400);
        assertThat(at.send("GET", KEYS + "?cursor=x", at.root, null).statusCode())
                .isEqualTo(400);
        assertThat(at.send("DELETE", KEYS, at.root, null).statusCode()).isEqualTo(405);
        assertThat(at.chat(at.root, TestGateway.body(1, "")).statusCode()).isEqualTo(401);
    }

    @Test
    void aNulInAQueryIsRefused() {
        for (String path : new String[] {"budgets?scope=a%00b", "usage?key=a%00b", "requests?key=a%00b"}) {
            assertThat(at.send("GET", "/api/v1/" + path, at.root, null).statusCode())
                    .as(path)
                    .isEqualTo(400);
        }
    }

    @Test
    void bodiesOfTheApiAreReadStrictly() {
        for (String bad : new String[] {"", "[]", "{", "{\"title\":\"a\",\"title\":\"b\"}", "{\"title\":\"a\"} x"}) {
            assertThat(at.send("POST", KEYS, at.root, bad).statusCode()).as(bad).isEqualTo(400);
        }
        for (String bad : new String[] {
            "{}",
            "{\"title\":7}",
            "{\"title\":\"a\",\"tags\":\"x\"}",
            "{\"title\":\"a\",\"tags\":[1]}",
            "{\"title\":\"a\",\"expiresAt\":\"soon\"}",
            "{\"title\":\"a\",\"rateLimits\":[]}",
            "{\"title\":\"a\",\"fields\":{\"allowed_models\":[]}}",
            "{\"title\":\"a\",\"policy\":{\"maxOutputTokens\":1.5}}",
            "{\"title\":\"a\",\"policy\":{\"maxOutputTokens\":-1}}",
            "{\"title\":\"a\",\"budget\":{\"amount\":5,\"period\":\"monthly\"}}",
            "{\"title\":\"a\",\"budget\":{\"amount\":\"-5\",\"period\":\"monthly\"}}",
            "{\"title\":\"a\",\"budget\":{\"amount\":\"5\",\"period\":\"yearly\"}}",
            "{\"title\":\"a\",\"budget\":{\"amount\":\"5\",\"period\":\"daily\",\"currency\":\"EUR\"}}"
        }) {
            HttpResponse<String> answer = at.send("POST", KEYS, at.root, bad);
            assertThat(answer.statusCode()).as(bad + answer.body()).isEqualTo(422);
            assertThat(answer.body()).as(bad).contains("\"pointer\":\"/");
        }
    }
}
