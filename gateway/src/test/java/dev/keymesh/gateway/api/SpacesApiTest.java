package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpacesApiTest extends OnTestApi {
    private static final String PATH = "/api/v1/spaces";

    @Test
    void aNewSpaceTakesAKeyThatHasNothingButATitle() {
        assertThat(at.admin("POST", PATH, "{\"id\":\"acme\",\"title\":\"Acme\"}"))
                .contains("\"id\":\"acme\"", "\"title\":\"Acme\"", "\"createdAt\":\"");
        assertThat(at.admin("GET", PATH, null)).containsSubsequence("\"acme\"", "\"default\"");
        assertThat(at.admin("POST", PATH + "/acme/keys", "{\"title\":\"k\"}"))
                .contains("\"space\":\"acme\"", "\"workspace\":\"default\"");
        assertThat(at.admin("GET", PATH + "/acme/keys", null)).contains("\"title\":\"k\"");
        assertThat(at.admin("GET", PATH + "/acme/workspaces", null)).contains("\"id\":\"default\"");
        assertThat(at.admin("GET", "/api/v1/whoami", null)).contains("\"spaces\":[\"default\",\"acme\"]");
        at.admin("PUT", "/api/v1/budgets", "{\"scope\":\"space:acme\",\"period\":\"total\",\"amount\":\"1\"}");
        assertThat(at.admin("GET", "/api/v1/events", null)).contains("spaces.write", "space:acme");
    }

    @Test
    void aSpaceThatIsThereOrThatIsNoSlugIsRefused() {
        at.refused(409, "already", "POST", PATH, "{\"id\":\"default\"}");
        for (String bad :
                new String[] {"{}", "{\"id\":\"Acme\"}", "{\"id\":\"-a\"}", "{\"id\":\"" + "a".repeat(64) + "\"}"}) {
            at.refused(422, "\"/id\"", "POST", PATH, bad);
        }
        at.refused(422, "Did you mean", "POST", PATH, "{\"id\":\"a\",\"titl\":\"A\"}");
        at.refused(422, "\"/title\"", "POST", PATH, "{\"id\":\"a\",\"title\":\" \"}");
    }

    @Test
    void aPostWithAnIdempotencyKeyHappensOnce() {
        String body = "{\"id\":\"once\"}";
        TestApi.Answer first = at.send("POST", PATH, at.root, body, "idempotency-key", "k");
        TestApi.Answer again = at.send("POST", PATH, at.root, body, "idempotency-key", "k");
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
    }
}
