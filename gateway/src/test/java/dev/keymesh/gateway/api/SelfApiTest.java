package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SelfApiTest extends OnTestApi {
    @Test
    void aKeySeesItselfWhatItMayDoAndTheBudgetsThatHoldForIt() {
        at.admin("PUT", "/api/v1/budgets", "{\"scope\":\"space:default\",\"period\":\"total\",\"amount\":\"9\"}");
        String parent = at.key("""
                {"title":"p","policy":{"allowedModels":["gpt-*"],"toolAllowlist":["web.search","shell"]},
                 "budget":{"amount":"5","period":"monthly"}}""");
        String child = at.admin("POST", "/api/v1/keys/" + TestApi.member(parent, "id") + "/children", """
                {"title":"c","fields":{"tier":"gold"},"policy":{"allowedModels":["gpt-5.4"],"toolAllowlist":["shell"]},
                 "budget":{"amount":"1","period":"total"}}""");
        String self = at.allowed(TestApi.member(child, "secret"), "GET", "/api/v1/self", null);
        assertThat(self)
                .contains(
                        "\"id\":\"" + TestApi.member(child, "id"),
                        "\"parent\":\"" + TestApi.member(parent, "id"),
                        "\"tier\":\"gold\"",
                        "\"workspace_id\":\"default\"",
                        "\"allowed_models\":[\"gpt-5.4\"]",
                        "\"tool_allowlist\":[\"shell\"]")
                .contains("\"remaining\":\"1\"")
                .doesNotContain(
                        "space:default", "\"remaining\":\"9\"", "\"remaining\":\"5\"", TestApi.member(child, "secret"));
        assertThat(at.allowed(TestApi.member(parent, "secret"), "GET", "/api/v1/self", null))
                .contains("\"children\":1", "\"parent\":null")
                .doesNotContain("\"remaining\":\"1\"");
        at.refused(403, "virtual keys", "GET", "/api/v1/self", null);
    }

    @Test
    void aKeyEndsItselfAndItsChildren() {
        String key = at.key("{\"title\":\"k\"}");
        String secret = TestApi.member(key, "secret");
        String child = at.allowed(
                secret, "POST", "/api/v1/keys/" + TestApi.member(key, "id") + "/children", "{\"title\":\"c\"}");
        at.refuses(secret, 422, "/x", "POST", "/api/v1/self/revoke", "{\"x\":1}");
        assertThat(at.allowed(secret, "POST", "/api/v1/self/revoke", null)).contains("\"status\":\"revoked\"");
        at.refuses(secret, 401, "unauthenticated", "GET", "/api/v1/self", null);
        at.refuses(TestApi.member(child, "secret"), 401, "unauthenticated", "GET", "/api/v1/self", null);
        assertThat(at.admin("GET", "/api/v1/events?limit=1", null)).contains("keys.revoke", "virtual_key");
    }
}
