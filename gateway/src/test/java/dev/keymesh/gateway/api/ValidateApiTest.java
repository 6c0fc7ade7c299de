package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ValidateApiTest extends OnTestApi {
    private static final String KEYS = "/api/v1/spaces/default/keys";
    private static final String PATH = "/api/v1/keys/validate";

    @Test
    void theListsAreWhatTheChainLeaves() {
        at.admin("POST", "/api/v1/spaces/default/workspaces", "{\"id\":\"acme\"}");
        String secret = issue("{\"title\":\"k\",\"workspace\":\"acme\",\"policy\":{\"allowedModels\":[\"gpt-*\"]}}");
        at.admin("PATCH", "/api/v1/spaces/default/workspaces/acme", """
                {"policy":{"allowedModels":["gpt-5.4","gpt-5.4-mini"],"deniedModels":["gpt-5.4"],
                 "toolAllowlist":["web.search","files.read"]}}""");
        assertThat(validate(secret, null))
                .contains(
                        "\"valid\":true",
                        "\"code\":\"VALID\"",
                        "\"workspace_id\":\"acme\"",
                        "\"allowed_models\":[\"gpt-5.4-mini\"]",
                        "\"tool_allowlist\":[\"web.search\",\"files.read\"]",
                        "\"currentMonthValidationLimit\":null");
        assertThat(validate(issue("{\"title\":\"k\"}"), null)).contains("\"allowed_models\":[\"*\"]");
    }

    @Test
    void everyCodeIsToldInItsOrder() {
        assertThat(validate("km-nonsense", null)).contains("\"code\":\"MALFORMED\"", "\"key\":null");
        String secret = issue("{\"title\":\"k\",\"policy\":{\"allowedModels\":[\"m\"],\"toolAllowlist\":[\"t\"],"
                + "\"ipAllowlist\":[\"203.0.113.0/24\"]}}");
        String in = "\"ip\":\"203.0.113.7\"";
        assertThat(validate(secret, "{" + in + ",\"model\":\"m\"}")).contains("\"code\":\"VALID\"");
        assertThat(validate(secret, "{" + in + ",\"model\":\"o\"}")).contains("\"code\":\"MODEL_NOT_ALLOWED\"");
        assertThat(validate(secret, "{" + in + ",\"tool\":\"o\"}")).contains("\"code\":\"TOOL_NOT_ALLOWED\"");
        assertThat(validate(secret, "{\"ip\":\"198.51.100.1\",\"model\":\"o\"}"))
                .contains("\"code\":\"IP_NOT_ALLOWED\"");
        assertThat(validate(secret, "{" + in + ",\"environment\":\"test\"}"))
                .contains("\"code\":\"ENVIRONMENT_MISMATCH\"");
        String id = TestApi.member(validate(secret, null), "id");
        at.admin("POST", "/api/v1/keys/" + id + "/disable", null);
        assertThat(validate(secret, null)).contains("\"code\":\"DISABLED\"");
        at.admin("POST", "/api/v1/keys/" + id + "/revoke", null);
        assertThat(validate(secret, "{\"model\":\"o\"}")).contains("\"code\":\"REVOKED\"", "\"status\":\"revoked\"");
    }

    @Test
    void aSpentBudgetIsToldAfterThePolicy() {
        String secret = issue("{\"title\":\"k\",\"budget\":{\"amount\":\"0\",\"period\":\"monthly\"},"
                + "\"policy\":{\"allowedModels\":[\"m\"]}}");
        assertThat(validate(secret, "{\"model\":\"m\"}")).contains("\"code\":\"BUDGET_EXCEEDED\"", "resets at");
        assertThat(validate(secret, "{\"model\":\"o\"}")).contains("\"code\":\"MODEL_NOT_ALLOWED\"");
    }

    @Test
    void theCounterCountsEachValidationOfAKnownKey() {
        String secret = issue("{\"title\":\"k\"}");
        for (int i = 1; i <= 3; i++) {
            assertThat(validate(secret, null)).contains("\"currentMonthValidations\":" + i + ",");
        }
        assertThat(validate("km-nonsense", null)).contains("\"currentMonthValidations\":3,");
    }

    @Test
    void aVirtualKeyValidatesItselfAlone() {
        String secret = issue("{\"title\":\"k\"}");
        String other = issue("{\"title\":\"o\"}");
        assertThat(at.send("POST", PATH, secret, "{\"key\":\"" + secret + "\"}").status())
                .isEqualTo(200);
        TestApi.Answer answer = at.send("POST", PATH, secret, "{\"key\":\"" + other + "\"}");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("keys.validate").doesNotContain(other);
    }

    @Test
    void theBodyIsReadStrictly() {
        at.refused(422, "\"pointer\":\"/key\"", "POST", PATH, "{}");
        at.refused(
                422, "\"pointer\":\"/context/modle\"", "POST", PATH, "{\"key\":\"x\",\"context\":{\"modle\":\"m\"}}");
        at.refused(422, "\"pointer\":\"/key\"", "POST", PATH, "{\"key\":7}");
        at.refused(
                422,
                "\"pointer\":\"/context/ip\"",
                "POST",
                PATH,
                "{\"key\":\"" + issue("{\"title\":\"k\"}") + "\",\"context\":{\"ip\":\"localhost\"}}");
    }

    private String issue(String body) {
        return TestApi.member(at.admin("POST", KEYS, body), "secret");
    }

    private String validate(String secret, @org.jspecify.annotations.Nullable String context) {
        String more = context == null ? "" : ",\"context\":" + context;
        return at.admin("POST", PATH, "{\"key\":\"" + secret + "\"" + more + "}");
    }
}
