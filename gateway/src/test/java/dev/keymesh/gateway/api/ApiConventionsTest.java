package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What holds for every route. */
class ApiConventionsTest extends OnTestApi {
    private static final String KEYS = "/api/v1/spaces/default/keys";

    @Test
    void aWrongMethodNamesTheRightOnes() {
        TestApi.Answer answer = at.send("DELETE", KEYS, at.root, null);
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers()).containsEntry("allow", "GET, POST");
        at.refused(404, "not_found", "GET", "/api/v1/nothing", null);
    }

    @Test
    void onlyJsonIsTakenAndAMergePatchOnlyByPatch() {
        for (String type : new String[] {"text/plain", "application/jsonx", "application/merge-patch+json"}) {
            assertThat(at.send("POST", KEYS, at.root, "{\"title\":\"k\"}", "content-type", type)
                            .status())
                    .as(type)
                    .isEqualTo(415);
        }
        assertThat(at.send(
                                "POST",
                                KEYS,
                                at.root,
                                "{\"title\":\"k\"}",
                                "content-type",
                                "Application/JSON; charset=utf-8")
                        .status())
                .isEqualTo(201);
        String path = "/api/v1/spaces/default/workspaces/default";
        assertThat(at.send("PATCH", path, at.root, "{}", "content-type", "application/merge-patch+json")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aBodyThatIsNestedTooDeepIsMalformed() {
        for (int depth : new int[] {150, 2_000, 100_000}) {
            String body = "{\"title\":\"k\",\"fields\":" + "{\"a\":".repeat(depth) + "1" + "}".repeat(depth) + "}";
            at.refused(400, "malformed", "POST", KEYS, body);
        }
    }

    @Test
    void anInstantBeyondTheYear9999IsRefused() {
        String far = "+999999999-12-31T23:59:59Z";
        String management = "{\"title\":\"m\",\"permissionSet\":\"reader\",\"expiresAt\":\"" + far + "\"}";
        at.refused(422, "/expiresAt", "POST", KEYS, "{\"title\":\"k\",\"expiresAt\":\"" + far + "\"}");
        at.refused(422, "/expiresAt", "POST", "/api/v1/management-keys", management);
        at.refused(400, "start", "GET", "/api/v1/usage?start=" + far.replace("+", "%2B"), null);
        at.refused(400, "expiresBefore", "GET", KEYS + "?expiresBefore=-999999999-01-01T00:00:00Z", null);
    }

    @Test
    void whatNotEveryDatabaseOrClientCanKeepIsRefusedWithItsPlace() {
        at.refused(422, "/title", "POST", KEYS, "{\"title\":\"a\\u0000b\"}");
        at.refused(422, "/tags/0", "POST", KEYS, "{\"title\":\"k\",\"tags\":[\"\\ud800\"]}");
        at.refused(422, "/fields/a", "POST", KEYS, "{\"title\":\"k\",\"fields\":{\"a\":1e999999999}}");
        at.refused(422, "/fields", "POST", KEYS, "{\"title\":\"k\",\"fields\":{\"\\u0000\":1}}");
        at.admin("POST", KEYS, "{\"title\":\"\\ud83d\\ude00\",\"fields\":{\"a\":1.5e300}}");
    }

    @Test
    void aQuestionIsAnsweredAnewWhateverItsIdempotencyKey() {
        String key = at.key("{\"title\":\"k\"}");
        String validate = "{\"key\":\"" + TestApi.member(key, "secret") + "\"}";
        String check = validate.replace("}", ",\"model\":\"demo-small\"}");
        assertThat(asked("validate", validate)).contains("\"valid\":true");
        assertThat(asked("check", check)).contains("\"allowed\":true");
        at.admin("POST", "/api/v1/keys/" + TestApi.member(key, "id") + "/revoke", null);
        assertThat(asked("validate", validate)).contains("\"valid\":false");
        assertThat(asked("check", check)).contains("\"allowed\":false");
    }

    private String asked(String question, String body) {
        return at.send("POST", "/api/v1/keys/" + question, at.root, body, "idempotency-key", "q")
                .body();
    }

    @Test
    void aCursorOfAnotherListIsRefused() {
        for (int i = 0; i < 2; i++) {
            at.admin("POST", KEYS, "{\"title\":\"k\"}");
        }
        String cursor = TestApi.member(at.admin("GET", KEYS + "?limit=1", null), "nextCursor");
        at.refused(400, "cursor", "GET", "/api/v1/events?cursor=" + cursor, null);
    }

    @Test
    void eventsTellWhoDidWhatNewestFirst() {
        String id = TestApi.member(at.admin("POST", KEYS, "{\"title\":\"k\"}"), "id");
        at.admin("POST", "/api/v1/keys/" + id + "/revoke", null);
        String page = at.admin("GET", "/api/v1/events?limit=1", null);
        assertThat(page).contains("\"keys.revoke\"", id, "management_key").doesNotContain("keys.create");
        assertThat(at.admin("GET", "/api/v1/events?limit=1&cursor=" + TestApi.member(page, "nextCursor"), null))
                .contains("keys.create", id);
    }

    @Test
    void whoamiTellsTheAccountItsPlanTheCredentialAndWhatItReaches() {
        assertThat(at.admin("GET", "/api/v1/whoami", null))
                .contains("\"account\":{\"id\":\"account\"", "\"name\":\"self_hosted\"", "\"activeKeys\":null")
                .contains("management_key", "\"title\":\"Root\"", "\"hint\":\"kma-", "\"permissionSet\":\"admin\"")
                .contains("providers.write", "\"spaces\":[\"default\"]")
                .doesNotContain(at.root);
        String secret = TestApi.member(at.admin("POST", KEYS, "{\"title\":\"k\"}"), "secret");
        assertThat(at.send("GET", "/api/v1/whoami", secret, null).body())
                .contains("virtual_key", "\"permissions\":[]", "\"title\":\"k\"", "\"workspace\":\"default\"")
                .doesNotContain(secret);
    }

    @Test
    void whoamiTellsThePlanThatTheAccountHas() throws Exception {
        String url = "jdbc:sqlite:" + folder.resolve("keymesh.db");
        try (var database = java.sql.DriverManager.getConnection(url);
                var statement = database.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE account SET plan = 'growth'"))
                    .isOne();
        }
        assertThat(at.admin("GET", "/api/v1/whoami", null)).contains("\"name\":\"growth\"");
    }

    @Test
    void aCompressedBodyIsRefused() {
        for (String coding : new String[] {"gzip", "br", "identity, gzip"}) {
            TestApi.Answer answer = at.send("POST", KEYS, at.root, "{\"title\":\"k\"}", "content-encoding", coding);
            assertThat(answer.status()).as(coding).isEqualTo(415);
            assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
            assertThat(answer.body()).contains("unsupported_media_type", "Content-Encoding");
        }
        assertThat(at.send("POST", KEYS, at.root, "{\"title\":\"k\"}", "content-encoding", "identity")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void usageWithoutCallsIsOneTotalRow() {
        assertThat(at.admin("GET", "/api/v1/usage", null)).contains("\"requests\":0", "\"cost\":\"0\"");
        assertThat(at.admin("GET", "/api/v1/requests", null)).contains("\"data\":[]");
        at.refused(404, "not_found", "GET", "/api/v1/requests/req_nothing", null);
        at.refused(400, "instant", "GET", "/api/v1/usage?start=yesterday", null);
    }
}
