package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BudgetsApiTest extends OnTestApi {
    private static final String PATH = "/api/v1/budgets";

    @Test
    void aBudgetIsSetAgainOnItsScopeAndPeriod() {
        assertThat(put("account", "monthly", "\"5.00\""))
                .contains(
                        "\"amount\":\"5\"",
                        "\"spent\":\"0\"",
                        "\"held\":\"0\"",
                        "\"remaining\":\"5\"",
                        "\"resetsAt\":\"2");
        assertThat(put("account", "monthly", "null")).contains("\"amount\":null", "\"remaining\":null");
        assertThat(put("account", "total", "\"0\"")).contains("\"remaining\":\"0\"", "\"resetsAt\":null");
        assertThat(at.admin("GET", PATH, null).split("\"scope\":", -1)).hasSize(3);
        at.admin("DELETE", PATH + "?scope=account&period=total", null);
        at.refused(404, "not_found", "DELETE", PATH + "?scope=account&period=total", null);
        assertThat(at.admin("GET", "/api/v1/events", null).split("\"deleted\":true", -1))
                .hasSize(2);
    }

    @Test
    void onlyWhatIsThereCanHaveABudget() {
        for (String scope : new String[] {
            "space:other", "workspace:default/none", "workspace:default", "key:key_nobody", "everything", ""
        }) {
            at.refused(422, "\"pointer\":\"/scope\"", "PUT", PATH, body(scope, "total", "\"1\""));
        }
        put("workspace:default/default", "daily", "\"1\"");
        put("space:default", "weekly", "\"1\"");
        at.refused(422, "\"pointer\":\"/amount\"", "PUT", PATH, "{\"scope\":\"account\",\"period\":\"total\"}");
        at.refused(422, "\"pointer\":\"/period\"", "PUT", PATH, body("account", "yearly", "\"1\""));
    }

    @Test
    void aListPagesNewestFirst() {
        for (String period : new String[] {"total", "daily", "weekly"}) {
            put("account", period, "\"1\"");
        }
        String first = at.admin("GET", PATH + "?limit=1", null);
        assertThat(first).contains("\"hasMore\":true");
        String rest = at.admin("GET", PATH + "?limit=2&cursor=" + TestApi.member(first, "nextCursor"), null);
        assertThat(rest).contains("\"hasMore\":false").doesNotContain("\"" + TestApi.member(first, "period") + "\"");
    }

    @Test
    void aVirtualKeySeesItsOwnBudgetAndAsksForNoOther() {
        String issued = at.admin("POST", "/api/v1/spaces/default/keys", """
                {"title":"k","budget":{"amount":"1","period":"total"}}""");
        String secret = TestApi.member(issued, "secret");
        put("account", "total", "\"9\"");
        TestApi.Answer own = at.send("GET", PATH, secret, null);
        assertThat(own.body()).contains("key:" + TestApi.member(issued, "id")).doesNotContain("\"account\"");
        TestApi.Answer other = at.send("GET", PATH + "?scope=account", secret, null);
        assertThat(other.status()).isEqualTo(403);
        assertThat(other.body()).contains("budgets.read");
        assertThat(at.send("GET", "/api/v1/usage?key=key_other", secret, null).status())
                .isEqualTo(403);
        assertThat(at.send("PUT", PATH, secret, body("account", "total", "\"1\""))
                        .status())
                .isEqualTo(403);
    }

    private String put(String scope, String period, String amount) {
        return at.admin("PUT", PATH, body(scope, period, amount));
    }

    private static String body(String scope, String period, String amount) {
        return "{\"scope\":\"" + scope + "\",\"period\":\"" + period + "\",\"amount\":" + amount
                + ",\"currency\":\"USD\"}";
    }
}
