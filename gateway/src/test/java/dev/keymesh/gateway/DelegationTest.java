package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a child's calls are refused by, link by link, and where their money shows. */
class DelegationTest {
    private static final String KEYS = "/api/v1/spaces/default/keys";

    private TestGateway at;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        at = new TestGateway(config(folder));
    }

    /** On which database; all that is here holds on both. */
    GatewayConfig config(Path data) {
        return GatewayConfig.embedded(data);
    }

    @AfterEach
    void stop() {
        at.close();
    }

    @Test
    void everyLinksListOfModelsMustAllow() {
        TestGateway.Key top = key(at.admin("POST", KEYS, "{\"title\":\"t\"}"));
        TestGateway.Key mid = child(top, "{\"title\":\"m\"}");
        TestGateway.Key low = child(mid, "{\"title\":\"l\",\"policy\":{\"allowedModels\":[\"m\"]}}");
        assertThat(status(low)).isEqualTo(200);
        for (TestGateway.Key link : new TestGateway.Key[] {top, mid, low}) {
            at.admin("PATCH", "/api/v1/keys/" + link.id(), "{\"policy\":{\"deniedModels\":[\"m\"]}}");
            HttpResponse<String> answer = at.chat(low.secret(), TestGateway.body(1, ""));
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("keymesh_model_denied");
            at.admin("PATCH", "/api/v1/keys/" + link.id(), "{\"policy\":{\"deniedModels\":null}}");
            assertThat(status(low)).isEqualTo(200);
        }
    }

    @Test
    void everyLinksBudgetMustHold() {
        TestGateway.Key top = at.issue("0.000100");
        TestGateway.Key mid = child(top, "{\"title\":\"m\"}");
        TestGateway.Key low = child(mid, "{\"title\":\"l\",\"budget\":{\"amount\":\"0.000050\",\"period\":\"total\"}}");
        assertThat(at.chat(low.secret(), TestGateway.body(40, "")).statusCode()).isEqualTo(200);
        HttpResponse<String> own = at.chat(low.secret(), TestGateway.body(40, ""));
        assertThat(own.body()).contains("keymesh_budget_exceeded", "key:" + low.id());
        assertThat(at.chat(mid.secret(), TestGateway.body(40, "")).statusCode()).isEqualTo(200);
        HttpResponse<String> parents = at.chat(mid.secret(), TestGateway.body(40, ""));
        assertThat(parents.body()).contains("keymesh_budget_exceeded", "key:" + top.id());
        assertThat(at.budget(top)).contains("\"spent\":\"0.00008\"");
        assertThat(at.budget(low)).contains("\"spent\":\"0.00004\"");
    }

    @Test
    void spendShowsUnderTheChildAndInItsParentsUsage() {
        TestGateway.Key top = key(at.admin("POST", KEYS, "{\"title\":\"t\"}"));
        TestGateway.Key low = child(child(top, "{\"title\":\"m\"}"), "{\"title\":\"l\"}");
        TestGateway.Key other = key(at.admin("POST", KEYS, "{\"title\":\"o\"}"));
        for (TestGateway.Key key : new TestGateway.Key[] {top, low, low, other}) {
            assertThat(status(key)).isEqualTo(200);
        }
        assertThat(usage(top, "?groupBy=key"))
                .contains("\"key\":\"" + top.id(), "\"key\":\"" + low.id())
                .doesNotContain(other.id());
        assertThat(usage(top, "")).contains("\"requests\":3");
        assertThat(usage(low, "")).contains("\"requests\":2");
        assertThat(usage(top, "?key=" + low.id())).contains("\"requests\":2");
        assertThat(at.send("GET", "/api/v1/usage?key=" + other.id(), top.secret(), null)
                        .statusCode())
                .isEqualTo(403);
        assertThat(at.send("GET", "/api/v1/budgets", top.secret(), null).body()).contains("\"data\":[]");
    }

    @Test
    void aParentThatIsRevokedWhileItsChildStreamsEndsTheStream() throws Exception {
        for (String verb : new String[] {"revoke", "disable"}) {
            TestGateway.Key top = at.issue("1.00");
            TestGateway.Key low = child(child(top, "{\"title\":\"m\"}"), "{\"title\":\"l\"}");
            assertThat(last(low, () -> at.admin("POST", "/api/v1/keys/" + top.id() + "/" + verb, null)))
                    .contains(verb.equals("revoke") ? "key_revoked" : "key_disabled");
            HttpResponse<String> after = at.chat(low.secret(), TestGateway.body(1, ""));
            assertThat(after.statusCode()).isEqualTo(401);
            assertThat(after.body()).contains(verb.equals("revoke") ? "key_revoked" : "key_disabled");
        }
    }

    @Test
    void aParentsBudgetThatIsLoweredEndsItsChildsStream() throws Exception {
        TestGateway.Key top = at.issue("1.00");
        TestGateway.Key low = child(top, "{\"title\":\"l\"}");
        assertThat(last(
                        low,
                        () -> at.admin(
                                "PUT",
                                "/api/v1/budgets",
                                "{\"scope\":\"key:" + top.id() + "\",\"period\":\"monthly\",\"amount\":\"0.000001\"}")))
                .contains("keymesh_budget_exceeded");
    }

    /** The last line of a stream in which this happens after the first. */
    private String last(TestGateway.Key key, Runnable meanwhile) throws Exception {
        var answer = at.exchange(
                at.request(key.secret(), TestGateway.body(2_000, ",\"stream\":true")),
                HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(reader.readLine()).startsWith("data: ");
            meanwhile.run();
            String last = "";
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                last = line.isEmpty() ? last : line;
            }
            return last;
        }
    }

    private String usage(TestGateway.Key key, String query) {
        HttpResponse<String> answer = at.send("GET", "/api/v1/usage" + query, key.secret(), null);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private int status(TestGateway.Key key) {
        return at.chat(key.secret(), TestGateway.body(1, "")).statusCode();
    }

    private TestGateway.Key child(TestGateway.Key parent, String body) {
        return key(at.admin("POST", "/api/v1/keys/" + parent.id() + "/children", body));
    }

    private static TestGateway.Key key(String answer) {
        return new TestGateway.Key(TestGateway.member(answer, "id"), TestGateway.member(answer, "secret"));
    }
}
