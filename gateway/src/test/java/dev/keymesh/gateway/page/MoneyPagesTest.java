package dev.keymesh.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Providers, prices and budgets on pages. */
class MoneyPagesTest extends OnTestPages {
    /** Where nobody listens. */
    private static final String NOWHERE = "http://127.0.0.1:1/v1";

    private static final String SECRET = "sk-canary-0123456789";

    @Test
    void aProviderIsAddedTestedSwitchedAndGivenAnotherCredentialThatNoPageShows() {
        Map<String, String> form =
                Map.of("name", "Not A Slug", "kind", "openai", "baseUrl", NOWHERE, "credential", SECRET);
        HttpResponse<String> wrong = at.post(root, "/ui/providers/new", form);
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(wrong.body()).contains("id=\"name-fault\"", NOWHERE).doesNotContain(SECRET);
        HttpResponse<String> added = at.post(
                root,
                "/ui/providers/new",
                Map.of("name", "ours", "kind", "openai", "baseUrl", NOWHERE, "credential", SECRET));
        String page = at.done(root, added, "The provider is added");
        String path = added.headers().firstValue("location").orElseThrow().split("\\?", 2)[0];
        assertThat(page).contains("ours", NOWHERE, "...6789").doesNotContain(SECRET);
        assertThat(at.get(root, "/ui/providers").body())
                .contains(path, "active")
                .doesNotContain(SECRET);
        HttpResponse<String> tested = at.post(root, path + "/test", Map.of());
        assertThat(tested.statusCode()).isEqualTo(200);
        assertThat(tested.body()).contains("It does not answer as it should").doesNotContain(SECRET);
        assertThat(at.done(root, at.post(root, path + "/disable", Map.of()), "no call goes to it"))
                .contains(path + "/enable");
        at.done(root, at.post(root, path + "/enable", Map.of()), "is enabled");
        HttpResponse<String> blank = at.post(root, path + "/rotate", Map.of("credential", " "));
        assertThat(blank.statusCode()).isEqualTo(422);
        assertThat(blank.body()).contains("id=\"credential-fault\"");
        assertThat(at.done(
                        root, at.post(root, path + "/rotate", Map.of("credential", "sk-canary-abcdefgh")), "replaced"))
                .contains("...efgh")
                .doesNotContain("sk-canary-abcdefgh");
        assertThat(at.get(root, "/ui/events").body())
                .contains("A provider was added")
                .doesNotContain("sk-canary");
    }

    @Test
    void aPriceOfOnesOwnIsSetAndTakenAwayAndTheCatalogueIsReadOnly() {
        assertThat(at.get(root, "/ui/prices").body()).contains("No price of your own");
        Map<String, String> form =
                Map.of("provider", "ours", "model", "ours-1", "input", "2.50", "cached", "0.25", "output", "15");
        at.done(root, at.post(root, "/ui/prices", form), "The price is set");
        assertThat(at.admin("GET", "/api/v1/prices", null)).contains("ours-1", "\"cachedInputPerMillion\":\"0.25\"");
        assertThat(at.get(root, "/ui/prices?model=ours-1").body()).contains("ours-1", "/ui/prices/delete");
        assertThat(at.get(root, "/ui/prices?model=other").body()).contains("No price of your own");
        HttpResponse<String> wrong = at.post(
                root, "/ui/prices", Map.of("provider", "ours", "model", "kept-2", "input", "cheap", "output", "1"));
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(wrong.body()).contains("id=\"input-fault\"", "value=\"kept-2\"");
        String catalogue =
                at.get(root, "/ui/prices?source=catalogue&provider=openai").body();
        assertThat(catalogue).contains("data-label=\"Input\"").doesNotContain("/ui/prices/delete", ">anthropic<");
        at.done(
                root,
                at.post(root, "/ui/prices/delete", Map.of("provider", "ours", "model", "ours-1")),
                "is taken away");
        assertThat(at.admin("GET", "/api/v1/prices", null)).doesNotContain("ours-1");
    }

    @Test
    void aBudgetIsSetOnAnyScopeWithItsThresholdsAndTakenAway() {
        Map<String, String> form = Map.of(
                "scope", "workspace:default/default",
                "period", "daily",
                "unit", "tokens",
                "amount", "1000",
                "model", "demo-small",
                "thresholds", "60, 90");
        at.done(root, at.post(root, "/ui/budgets", form), "The budget is set");
        assertThat(at.admin("GET", "/api/v1/budgets", null))
                .contains("\"thresholds\":[60,90]", "\"unit\":\"tokens\"", "\"model\":\"demo-small\"");
        assertThat(at.get(root, "/ui/budgets").body())
                .contains("Workspace default/default", "60 % 90 %", "daily, demo-small", "of 1000 tokens");
        at.done(
                root,
                at.post(root, "/ui/budgets", Map.of("scope", "account", "period", "total", "amount", "none")),
                "The budget is set");
        assertThat(at.admin("GET", "/api/v1/budgets?scope=account", null)).contains("\"amount\":null");
        fault(Map.of("scope", "account", "period", "total"), "amount");
        fault(Map.of("scope", "account", "period", "total", "amount", "lots"), "amount");
        fault(Map.of("scope", "account", "period", "total", "amount", "1", "thresholds", "half"), "thresholds");
        fault(Map.of("scope", "key:key_none", "period", "total", "amount", "1"), "scope");
        at.done(root, at.post(root, "/ui/budgets/clear", form), "is taken away");
        assertThat(at.admin("GET", "/api/v1/budgets", null)).doesNotContain("tokens");
    }

    private void fault(Map<String, String> form, String field) {
        HttpResponse<String> answer = at.post(root, "/ui/budgets", form);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(answer.body()).contains("id=\"" + field + "-fault\"");
    }
}
