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
    void aTitleIsChangedAndNothingElseAndAStaleChangeIsRefused() {
        String path = PATH + "/default";
        String tag = at.send("GET", path, at.root, null).headers().get("etag");
        assertThat(at.send("PATCH", path, at.root, "{\"title\":\"Main\"}", "if-match", String.valueOf(tag))
                        .body())
                .contains("\"title\":\"Main\"", "\"status\":\"active\"");
        assertThat(at.admin("GET", path, null)).contains("\"title\":\"Main\"");
        assertThat(at.send("PATCH", path, at.root, "{\"title\":\"x\"}", "if-match", "\"1\"")
                        .status())
                .isEqualTo(412);
        at.refused(422, "/id", "PATCH", path, "{\"id\":\"other\"}");
        at.refused(422, "/title", "PATCH", path, "{\"title\":null}");
        at.refused(422, "/status", "PATCH", path, "{\"status\":\"disabled\"}");
        at.refused(404, "no space", "GET", PATH + "/none", null);
        at.refused(404, "no space", "POST", PATH + "/none/disable", null);
    }

    @Test
    void aDryRunChecksAndWritesNothing() {
        String before = state();
        for (String[] dry : new String[][] {
            {"POST", PATH, "{'id':'acme'}"},
            {"PATCH", PATH + "/default", "{'title':'x'}"},
            {"POST", PATH + "/default/workspaces", "{'id':'acme'}"},
            {"PATCH", PATH + "/default/workspaces/default", "{'title':'x'}"},
            {"PUT", "/api/v1/budgets", "{'scope':'account','period':'total','amount':'1'}"},
            {"PUT", "/api/v1/prices", "{'provider':'p','model':'m','inputPerMillion':'1','outputPerMillion':'1'}"},
            {"POST", "/api/v1/providers", "{'name':'p','kind':'openai','credential':'sk-123'}"},
        }) {
            at.admin(dry[0], dry[1] + "?dryRun=true", dry[2].replace('\'', '"'));
            at.refused(
                    422,
                    "Did you mean",
                    dry[0],
                    dry[1] + "?dryRun=true",
                    dry[2].replaceFirst("'(\\w+)'", "'$1x'").replace('\'', '"'));
            at.refused(400, "true or false", dry[0], dry[1] + "?dryRun=yes", dry[2].replace('\'', '"'));
        }
        assertThat(state()).isEqualTo(before);
    }

    private String state() {
        StringBuilder all = new StringBuilder();
        for (String path : new String[] {
            PATH,
            PATH + "/default/workspaces",
            "/api/v1/budgets",
            "/api/v1/prices",
            "/api/v1/providers",
            "/api/v1/events"
        }) {
            all.append(at.admin("GET", path, null));
        }
        return all.toString();
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
