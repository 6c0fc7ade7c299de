package dev.keymesh.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Workspaces, their policy, the question what a key would be answered, and the switch of a space, on pages. */
class WorkspacePagesTest extends OnTestPages {
    private static final String PAGE = "/ui/workspaces/default/default";
    private static final String REST = "/api/v1/spaces/default/workspaces/default";

    @Test
    void aWorkspaceIsAddedAndListed() {
        HttpResponse<String> wrong =
                at.post(root, "/ui/workspaces/new", Map.of("space", "default", "id", "Not A Slug", "title", "kept"));
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(wrong.body()).contains("id=\"id-fault\"", "kept");
        at.done(
                root,
                at.post(root, "/ui/workspaces/new", Map.of("id", "acme-prod", "environment", "test")),
                "is added");
        assertThat(at.get(root, "/ui/workspaces").body()).contains("default/acme-prod", "restricts nothing");
        assertThat(at.get(root, "/ui/workspaces/default/acme-prod").body()).contains("environment test");
    }

    @Test
    void aPolicyIsWhatItsFormSaysAndTheFormSaysWhatItIs() {
        Map<String, String> form = form();
        form.put("allowedModels", "demo-*\ngpt-5");
        form.put("deniedModels", "demo-large");
        form.put("toolAllowlist", "(none)");
        form.put("maxOutputTokens", "500");
        form.put("modalities", "some");
        form.put("allowedModalities", "text");
        form.put("ipAllowlist", "203.0.113.0/24");
        form.put("windows", "mon-fri 08:00-18:00 Europe/Berlin\nsat,sun 10:00-12:00");
        at.done(root, at.post(root, PAGE, form), "is saved");
        assertThat(at.admin("GET", REST, null))
                .contains(
                        "\"title\":\"Ours\"",
                        "\"allowedModels\":[\"demo-*\",\"gpt-5\"]",
                        "\"deniedModels\":[\"demo-large\"]",
                        "\"toolAllowlist\":[]",
                        "\"deniedTools\":null",
                        "\"maxOutputTokens\":500",
                        "\"allowedModalities\":[\"text\"]",
                        "\"ipAllowlist\":[\"203.0.113.0/24\"]",
                        "\"days\":[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\"],\"from\":\"08:00\"",
                        "\"days\":[\"sat\",\"sun\"]");
        assertThat(at.get(root, PAGE).body())
                .contains(
                        "demo-*\ngpt-5</textarea>",
                        "(none)</textarea>",
                        "value=\"500\"",
                        "mon-fri 08:00-18:00 Europe/Berlin\nsat,sun 10:00-12:00");
        at.done(root, at.post(root, PAGE, form()), "is saved");
        assertThat(at.admin("GET", REST, null)).contains("\"allowedModels\":null", "\"toolAllowlist\":null");
    }

    @Test
    void whatIsWrongWithAPolicyIsSaidAtItsFieldAndNothingIsChanged() {
        for (Map.Entry<String, String> wrong : Map.of(
                        "maxOutputTokens", "lots",
                        "defaultMaxOutputTokens", "0",
                        "ipAllowlist", "nowhere",
                        "windows", "someday 08:00-18:00",
                        "title", " ")
                .entrySet()) {
            Map<String, String> form = form();
            form.put("deniedModels", "kept-model");
            form.put(wrong.getKey(), wrong.getValue());
            HttpResponse<String> answer = at.post(root, PAGE, form);
            assertThat(answer.statusCode()).as(wrong + answer.body()).isEqualTo(422);
            assertThat(answer.body()).contains("id=\"" + wrong.getKey() + "-fault\"", "kept-model");
        }
        assertThat(at.admin("GET", REST, null)).doesNotContain("kept-model", "Ours");
    }

    @Test
    void aFormThatWasOpenedBeforeAnotherChangeTakesNothingBack() {
        Map<String, String> form = form();
        at.wait(java.time.Duration.ofSeconds(1));
        at.admin("PATCH", REST, "{\"policy\":{\"deniedModels\":[\"demo-large\"]}}");
        HttpResponse<String> stale = at.post(root, PAGE, form);
        assertThat(stale.statusCode()).isEqualTo(422);
        assertThat(stale.body()).contains("Somebody else has changed");
        // Sent once more it is as old as it was.
        form.put("version", TestPages.between(stale.body(), "name=\"version\" value=\"", "\""));
        assertThat(at.post(root, PAGE, form).statusCode()).isEqualTo(422);
        assertThat(at.admin("GET", REST, null)).contains("demo-large");
    }

    @Test
    void aKeyIsToldWhatItWouldBeAnsweredAndWhy() {
        String id = TestPages.member(at.admin("POST", "/api/v1/spaces/default/keys", "{\"title\":\"Ana\"}"), "id");
        at.admin("PATCH", REST, "{\"policy\":{\"deniedModels\":[\"demo-large\"],\"toolAllowlist\":[\"web.*\"]}}");
        assertThat(at.get(root, PAGE).body()).contains("Ana (active)").doesNotContain("class=\"verdict");
        assertThat(ask(id, "model", "demo-small")).contains("<strong>Allowed</strong>");
        assertThat(ask(id, "model", "demo-large"))
                .contains("<strong>Refused</strong>", "The model 'demo-large' is denied", "model.denied");
        assertThat(ask(id, "tool", "shell")).contains("<strong>Refused</strong>", "tool.not_allowed");
        at.admin("POST", "/api/v1/keys/" + id + "/disable", "{}");
        assertThat(ask(id, "model", "demo-small")).contains("<strong>Refused</strong>", "The key is disabled");
        HttpResponse<String> two =
                at.post(root, PAGE + "/check", Map.of("key", id, "model", "demo-small", "tool", "shell"));
        assertThat(two.statusCode()).isEqualTo(422);
        assertThat(two.body()).contains("id=\"tool-fault\"");
    }

    private String ask(String key, String what, String name) {
        HttpResponse<String> answer = at.post(root, PAGE + "/check", Map.of("key", key, what, name));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void oneSwitchStopsASpaceAndLetsItGoOn() {
        String secret =
                TestPages.member(at.admin("POST", "/api/v1/spaces/default/keys", "{\"title\":\"k\"}"), "secret");
        assertThat(at.get(root, "/ui/workspaces").body()).contains("/ui/spaces/default/stop");
        assertThat(at.get(root, "/ui/spaces/default/stop").body()).contains("is refused from its next call on");
        assertThat(at.call(secret)).isEqualTo(200);
        at.done(root, at.post(root, "/ui/spaces/default/stop", Map.of()), "The space is stopped");
        assertThat(at.call(secret)).isGreaterThanOrEqualTo(401);
        assertThat(at.get(root, "/ui/workspaces").body())
                .contains("/ui/spaces/default/start")
                .doesNotContain("/ui/spaces/default/stop");
        at.done(root, at.post(root, "/ui/spaces/default/start", Map.of()), "The space goes on");
        assertThat(at.call(secret)).isEqualTo(200);
    }

    private Map<String, String> form() {
        String version = TestPages.between(at.get(root, PAGE).body(), "name=\"version\" value=\"", "\"");
        return new HashMap<>(Map.of("title", "Ours", "version", version, "modalities", "all"));
    }
}
