package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a new key takes from its workspace. */
class KeyDefaultsTest extends OnTestApi {
    private static final String WORKSPACE = "/api/v1/spaces/default/workspaces/default";

    @BeforeEach
    void setDefaults() {
        patch("{'keyDefaults':{'budget':{'amount':'9','period':'monthly'},'expiresIn':'P90D',"
                + "'policy':{'allowedModels':['m']},'tags':['team']}}");
    }

    @Test
    void aKeyThatNamesNothingTakesAllOfThem() {
        String key = key("{'title':'k'}");
        assertThat(key).contains("\"allowedModels\":[\"m\"]", "\"tags\":[\"team\"]");
        assertThat(Duration.between(
                        Instant.parse(TestApi.member(key, "createdAt")),
                        Instant.parse(TestApi.member(key, "expiresAt"))))
                .isBetween(
                        Duration.ofDays(90).minusMinutes(5), Duration.ofDays(90).plusMinutes(5));
        assertThat(budgets(key)).contains("\"amount\":\"9\"", "\"period\":\"monthly\"");
    }

    @Test
    void whatAKeyNamesStandsAndANullIsNone() {
        String key = key("{'title':'k','budget':null,'expiresAt':null,'policy':null,'tags':null}");
        assertThat(key).contains("\"policy\":null", "\"expiresAt\":null", "\"tags\":[]");
        assertThat(budgets(key)).contains("\"data\":[]");
        String own = key("{'title':'k','budget':{'amount':'1','period':'total'},'tags':['mine'],'policy':{}}");
        assertThat(own).contains("\"tags\":[\"mine\"]", "\"allowedModels\":null");
        assertThat(budgets(own)).contains("\"amount\":\"1\"").doesNotContain("\"amount\":\"9\"");
    }

    @Test
    void theyAreAPartOfTheWorkspaceAndAMergePatchChangesSingleOnes() {
        patch("{'keyDefaults':{'budget':{'amount':'7'},'policy':null}}");
        String seen = at.admin("GET", WORKSPACE, null);
        assertThat(seen)
                .contains("\"amount\":\"7\"", "\"period\":\"monthly\"", "\"expiresIn\":\"P90D\"")
                .contains("\"keyDefaults\":{");
        patch("{'title':'Other'}");
        assertThat(at.admin("GET", WORKSPACE, null)).contains("\"expiresIn\":\"P90D\"");
        patch("{'keyDefaults':null}");
        assertThat(at.admin("GET", WORKSPACE, null)).contains("\"keyDefaults\":null");
        assertThat(key("{'title':'k'}")).contains("\"expiresAt\":null", "\"tags\":[]");
    }

    @Test
    void aChildTakesNoneForItIsAPartOfItsParent() {
        String parent = key("{'title':'p','budget':{'amount':'1','period':'total'}}");
        String child =
                at.admin("POST", "/api/v1/keys/" + TestApi.member(parent, "id") + "/children", "{\"title\":\"c\"}");
        assertThat(child).contains("\"tags\":[]", "\"policy\":null");
        assertThat(budgets(child)).contains("\"data\":[]");
    }

    @Test
    void defaultsBeyondTheWorkspacesPolicyAreToldOfAsSuch() {
        patch("{'policy':{'allowedModels':['other']}}");
        at.refused(
                409,
                "keyDefaults of workspace 'default'",
                "POST",
                "/api/v1/spaces/default/keys",
                json("{'title':'k'}"));
        key("{'title':'k','policy':null}");
    }

    @Test
    void wrongOnesAreRefusedAtTheirMember() {
        String[][] wrong = {
            {"{'budget':{'period':'monthly'}}", "/keyDefaults/budget/amount"},
            {"{'budget':{'amount':'x','period':'monthly'}}", "/keyDefaults/budget/amount"},
            {"{'budget':{'amount':'1','period':'yearly'}}", "/keyDefaults/budget/period"},
            {"{'expiresIn':'3 months'}", "/keyDefaults/expiresIn"},
            {"{'expiresIn':'PT1S'}", "/keyDefaults/expiresIn"},
            {"{'expiresIn':'P99999999999999D'}", "/keyDefaults/expiresIn"},
            {"{'policy':{'allowedModels':['a*b*']}}", "/keyDefaults/policy/allowedModels/0"},
            {"{'tag':['x']}", "/keyDefaults/tag"},
        };
        for (String[] row : wrong) {
            at.refused(
                    422,
                    row[1],
                    "POST",
                    "/api/v1/spaces/default/workspaces",
                    json("{'id':'w','keyDefaults':" + row[0] + "}"));
        }
    }

    private void patch(String body) {
        at.admin("PATCH", WORKSPACE, json(body));
    }

    private String key(String body) {
        return at.key(json(body));
    }

    private String budgets(String key) {
        return at.admin("GET", "/api/v1/budgets?scope=key:" + TestApi.member(key, "id"), null);
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
