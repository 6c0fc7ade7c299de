package dev.keymesh.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Keys as they are worked with on pages, without a script. */
class KeyPagesTest extends OnTestPages {
    @Test
    void aKeyIsIssuedWithAllThatItsFormSaysAndItsSecretIsShownOnce() {
        Map<String, String> form = new HashMap<>(Map.of(
                "title", "Ana",
                "space", "default",
                "workspace", "default",
                "owner", "ana@example.com",
                "tags", "agents, team-a",
                "externalId", "c-1",
                "ends", "2099-01-31",
                "amount", "5.00",
                "period", "weekly",
                "fields", "{\"tier\":\"gold\"}"));
        form.put("allowedModels", "demo-small\ngpt-*");
        form.put("once", TestPages.between(at.get(root, "/ui/keys/new").body(), "name=\"once\" value=\"", "\""));
        HttpResponse<String> issued = at.post(root, "/ui/keys/new", form);
        assertThat(issued.statusCode()).as(issued.body()).isEqualTo(200);
        String secret = TestPages.between(issued.body(), "readonly value=\"", "\"");
        String id = TestPages.between(issued.body(), "href=\"/ui/keys/key_", "\"");
        assertThat(at.call(secret)).isEqualTo(200);
        String page = at.get(root, "/ui/keys/key_" + id).body();
        assertThat(page)
                .doesNotContain(secret)
                .contains(
                        "Ana",
                        "ana@example.com",
                        "agents, team-a",
                        "c-1",
                        "1 Feb 2099, 00:00",
                        "weekly",
                        "demo-small, gpt-*",
                        "{\"tier\":\"gold\"}",
                        "<th scope=\"row\">demo-small</th>");
        // Sent again, as a reload does, the form issues no second key.
        assertThat(TestPages.between(at.post(root, "/ui/keys/new", form).body(), "readonly value=\"", "\""))
                .isEqualTo(secret);
        form.put("title", "Bo");
        assertThat(at.post(root, "/ui/keys/new", form).body()).contains("has issued a key already");
        assertThat(at.admin("GET", "/api/v1/spaces/default/keys?q=ana", null)).containsOnlyOnce("\"title\":\"Ana\"");
        assertThat(at.admin("GET", "/api/v1/spaces/default/keys", null)).doesNotContain("\"title\":\"Bo\"");
    }

    @Test
    void whatIsWrongIsSaidAtItsFieldAndWhatWasWrittenStays() {
        String page = refused(Map.of("title", " ", "owner", "kept-owner", "amount", "1.5.0", "period", "monthly"));
        assertThat(page).contains("kept-owner");
        fault(page, "title");
        fault(refused(Map.of("title", "t", "amount", "-1", "period", "monthly")), "amount");
        fault(refused(Map.of("title", "t", "fields", "{\"workspace_id\":1}")), "fields");
        for (String none : List.of("[1", "[1]", "null", "{\"a\":1} {\"b\":2}", "{\"a\":1,\"a\":2}")) {
            fault(refused(Map.of("title", "t", "fields", none)), "fields");
        }
        fault(refused(Map.of("title", "t", "ends", "2001-01-01")), "ends");
        fault(refused(Map.of("title", "t", "ends", "soon")), "ends");
        fault(refused(Map.of("title", "t", "workspace", "none")), "workspace");
        at.admin(
                "PATCH",
                "/api/v1/spaces/default/workspaces/default",
                "{\"policy\":{\"allowedModels\":[\"demo-small\"]}}");
        fault(refused(Map.of("title", "t", "allowedModels", "demo-small\nother")), "allowedModels");
        assertThat(at.admin("GET", "/api/v1/spaces/default/keys", null)).doesNotContain("\"title\":\"t\"");
    }

    private String refused(Map<String, String> form) {
        Map<String, String> whole = new HashMap<>(form);
        whole.put("space", "default");
        HttpResponse<String> answer = at.post(root, "/ui/keys/new", whole);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        return answer.body();
    }

    private static void fault(String page, String field) {
        assertThat(page).contains("id=\"" + field + "-fault\"").contains("aria-invalid=\"true\"");
    }

    @Test
    void aKeyIsDisabledEnabledAndRevokedAndTheNextCallKnows() {
        String issued = at.admin("POST", "/api/v1/spaces/default/keys", "{\"title\":\"k\"}");
        String secret = TestPages.member(issued, "secret");
        String path = "/ui/keys/" + TestPages.member(issued, "id");
        at.done(root, at.post(root, path + "/disable", Map.of()), "is disabled");
        assertThat(at.call(secret)).isEqualTo(401);
        assertThat(at.get(root, path).body()).contains(path + "/enable").doesNotContain(path + "/disable");
        at.done(root, at.post(root, path + "/enable", Map.of()), "is enabled");
        assertThat(at.call(secret)).isEqualTo(200);
        assertThat(at.get(root, path + "/revoke").body()).contains("cannot be taken back");
        at.done(root, at.post(root, path + "/revoke", Map.of()), "revoked for good");
        assertThat(at.call(secret)).isEqualTo(401);
        assertThat(at.get(root, path).body()).doesNotContain(path + "/enable", path + "/revoke", path + "/budget");
        assertThat(at.admin("GET", "/api/v1/events?limit=10", null))
                .contains("keys.update", "keys.revoke", "management_key");
    }

    @Test
    void aBudgetIsSetAndTakenAway() {
        String id = TestPages.member(at.admin("POST", "/api/v1/spaces/default/keys", "{\"title\":\"k\"}"), "id");
        String path = "/ui/keys/" + id;
        at.done(root, at.post(root, path + "/budget", Map.of("amount", "12.5", "period", "daily")), "budget is set");
        assertThat(at.get(root, path).body()).contains("of $12.5", "$12.5 left", "0 % used", ">daily<");
        assertThat(at.get(root, "/").body()).contains("Key k", "of $12.5");
        assertThat(at.get(root, "/ui/keys").body()).contains("$12.5 left of $12.5 daily");
        HttpResponse<String> wrong = at.post(root, path + "/budget", Map.of("amount", "lots", "period", "daily"));
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(wrong.body()).contains("value=\"lots\"", "id=\"amount-fault\"");
        at.done(root, at.post(root, path + "/budget/clear", Map.of("unit", "usd", "period", "daily")), "taken away");
        assertThat(at.admin("GET", "/api/v1/budgets", null)).contains("\"data\":[]");
    }

    @Test
    void theListIsFilteredAndPaged() {
        for (int i = 100; i < 125; i++) {
            String owner = i % 2 == 0 ? "even@example.com" : "odd@example.com";
            at.admin(
                    "POST",
                    "/api/v1/spaces/default/keys",
                    "{\"title\":\"key-%d\",\"owner\":\"%s\",\"tags\":[\"t%d\"]}".formatted(i, owner, i));
        }
        String first = at.get(root, "/ui/keys").body();
        assertThat(first).contains("key-124", "key-105", "20 shown").doesNotContain("key-104");
        String next = TestPages.between(first, "href=\"/ui/keys?space=default&amp;cursor=", "\"");
        assertThat(at.get(root, "/ui/keys?space=default&cursor=" + next).body())
                .contains("key-104", "key-100", "Newest")
                .doesNotContain("key-105");
        assertThat(at.get(root, "/ui/keys?owner=odd%40example.com").body())
                .contains("key-123")
                .doesNotContain("key-124");
        assertThat(at.get(root, "/ui/keys?tag=t107").body()).contains("key-107", "1 shown");
        assertThat(at.get(root, "/ui/keys?q=KEY-11").body()).contains("key-110").doesNotContain("key-120");
        assertThat(at.get(root, "/ui/keys?status=revoked").body()).contains("No key is like this");
    }

    @Test
    void theOverviewSaysWhatWasSpentWhenAndByWhom() {
        at.admin("PUT", "/api/v1/budgets", "{\"scope\":\"account\",\"period\":\"total\",\"amount\":\"0.00004\"}");
        String issued = at.admin(
                "POST", "/api/v1/spaces/default/keys", "{\"title\":\"Ana's key\",\"owner\":\"ana@example.com\"}");
        assertThat(at.call(TestPages.member(issued, "secret"))).isEqualTo(200);
        String cost = TestPages.member(at.admin("GET", "/api/v1/usage", null), "cost");
        assertThat(cost).isNotEqualTo("0");
        String page = at.get(root, "/").body();
        assertThat(page)
                .contains(
                        "<dt>Spent today</dt><dd>$" + cost + "</dd>",
                        "<dt>Spent this month</dt><dd>$" + cost + "</dd>",
                        "data-cost=\"" + cost + "\"",
                        "Whole account",
                        "of $0.00004",
                        "demo-small",
                        "Ana's key",
                        "default/default",
                        "ana@example.com",
                        "/ui/keys?owner=ana%40example.com");
        assertThat(at.get(root, "/ui/keys/" + TestPages.member(issued, "id")).body())
                .contains("<dt>Last use</dt>")
                .doesNotContain("<dt>Last use</dt><dd>never");
    }
}
