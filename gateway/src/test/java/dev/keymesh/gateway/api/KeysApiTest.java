package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeysApiTest extends OnTestApi {
    private static final String PATH = "/api/v1/spaces/default/keys";

    @Test
    void theSecretIsInTheAnswerThatIssuesAndNowhereElse() {
        String issued = at.admin("POST", PATH, """
                {"title":"Customer Runtime","workspace":"default","fields":{"tier":"gold"},"expiresAt":null,
                 "owner":"ana@example.com","tags":["agents"],"externalId":null,
                 "budget":{"amount":"5.00","currency":"USD","period":"monthly"},
                 "policy":{"allowedModels":["gpt-5.4-mini"]}}""");
        String secret = TestApi.member(issued, "secret");
        String id = TestApi.member(issued, "id");
        assertThat(secret).startsWith("km-").hasSize(63);
        assertThat(at.admin("GET", "/api/v1/budgets?scope=key:" + id, null)).contains("\"amount\":\"5\"");
        String got = at.admin("GET", "/api/v1/keys/" + id, null);
        assertThat(got).contains("\"fields\":{\"tier\":\"gold\"}", "\"status\":\"active\"");
        for (String answer : new String[] {
            got,
            at.admin("GET", PATH, null),
            at.admin("GET", "/api/v1/events", null),
            at.admin("PATCH", "/api/v1/keys/" + id, "{\"title\":\"New\"}")
        }) {
            assertThat(answer).doesNotContain(secret);
        }
    }

    @Test
    void revokedIsFinal() {
        String id = TestApi.member(at.admin("POST", PATH, "{\"title\":\"k\"}"), "id");
        String key = "/api/v1/keys/" + id;
        assertThat(at.admin("POST", key + "/disable", null)).contains("\"status\":\"disabled\"");
        assertThat(at.admin("POST", key + "/enable", "{}")).contains("\"status\":\"active\"");
        at.refused(422, "/overlap", "POST", key + "/revoke", "{\"overlap\":\"PT0S\"}");
        assertThat(at.admin("POST", key + "/revoke", "")).contains("\"status\":\"revoked\"");
        at.refused(409, "final", "POST", key + "/enable", null);
        at.refused(409, "final", "POST", key + "/disable", null);
        assertThat(at.admin("PATCH", key, "{\"title\":\"still\"}")).contains("\"status\":\"revoked\"");
    }

    @Test
    void aListIsFilteredAndATypoInAFilterIsRefused() {
        at.admin("POST", PATH, "{\"title\":\"one\",\"tags\":[\"a\"],\"owner\":\"ana\",\"externalId\":\"x1\"}");
        at.admin("POST", PATH, "{\"title\":\"two\",\"tags\":[\"aa\"]}");
        for (String query : new String[] {"tag=a", "owner=ana", "externalId=x1", "q=ONE"}) {
            assertThat(at.admin("GET", PATH + "?" + query, null))
                    .as(query)
                    .contains("\"title\":\"one\"")
                    .doesNotContain("\"title\":\"two\"");
        }
        assertThat(at.admin("GET", PATH + "?status=revoked", null)).contains("\"data\":[]");
        at.refused(400, "status", "GET", PATH + "?status=gone", null);
        at.refused(400, "not known here", "GET", PATH + "?ownr=ana", null);
        at.refused(404, "not_found", "GET", "/api/v1/spaces/other/keys", null);
        at.refused(404, "not_found", "POST", "/api/v1/spaces/other/keys", "{\"title\":\"k\"}");
    }

    @Test
    void aBudgetWithoutAnAmountIsNotTakenForNoLimit() {
        at.refused(422, "/budget/amount", "POST", PATH, "{\"title\":\"k\",\"budget\":{\"period\":\"total\"}}");
        at.admin("POST", PATH, "{\"title\":\"k\",\"budget\":{\"period\":\"total\",\"amount\":null}}");
    }

    @Test
    void fieldsThatAreTooDeepOrTooLongAreRefused() {
        String deep = "[".repeat(200) + "]".repeat(200);
        at.refused(400, "malformed", "POST", PATH, "{\"title\":\"k\",\"fields\":{\"deep\":" + deep + "}}");
        assertThat(at.send("POST", PATH, at.root, "{\"title\":\"k\",\"fields\":{\"n\":1e999999999}}")
                        .status())
                .isIn(201, 400, 422);
    }
}
