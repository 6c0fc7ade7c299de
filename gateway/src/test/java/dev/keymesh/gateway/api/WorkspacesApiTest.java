package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkspacesApiTest extends OnTestApi {
    private static final String PATH = "/api/v1/spaces/default/workspaces";

    @Test
    void aWorkspaceKeepsItsPolicyAndAPatchOfItIsChecked() {
        String made = at.admin("POST", PATH, """
                {"id":"acme-prod","title":"Acme prod","environment":"live",
                 "policy":{"allowedModels":["gpt-5.4","gpt-5.4-mini"],"toolAllowlist":["web.search","files.read"]}}""");
        assertThat(made).contains("\"allowedModels\":[\"gpt-5.4\",\"gpt-5.4-mini\"]", "\"space\":\"default\"");
        String path = PATH + "/acme-prod";
        String patched = at.admin("PATCH", path, """
                {"policy":{"deniedModels":["o3"],"deniedTools":[],"maxOutputTokens":1000,"defaultMaxOutputTokens":500,
                 "allowedModalities":["text"],"ipAllowlist":["203.0.113.0/24"],
                 "windows":[{"days":["mon","fri"],"from":"08:00","to":"18:00","timezone":"UTC"}]}}""");
        assertThat(patched).contains("\"toolAllowlist\":[\"web.search\",\"files.read\"]", "\"deniedModels\":[\"o3\"]");
        at.refused(422, "Did you mean 'deniedModels'?", "PATCH", path, "{\"policy\":{\"deniedModel\":[\"o3\"]}}");
        at.refused(422, "/policy/windows/0/tz", "PATCH", path, "{\"policy\":{\"windows\":[{\"tz\":\"UTC\"}]}}");
        at.refused(400, "malformed", "PATCH", path, "{\"policy\":{\"deniedModels\":[],\"deniedModels\":[\"o3\"]}}");
        assertThat(at.admin("GET", path, null)).isEqualTo(patched);
    }

    @Test
    void aWrongPolicyIsRefusedAtItsMemberWithAFixAndAKeysLikewise() {
        String[][] wrong = {
            {"{'allowedModels':['m','a*b*']}", "/policy/allowedModels/1", "gpt-*"},
            {"{'deniedModels':['']}", "/policy/deniedModels/0", "gpt-*"},
            {"{'toolAllowlist':['a','b','**']}", "/policy/toolAllowlist/2", "at most one *"},
            {"{'deniedTools':['**']}", "/policy/deniedTools/0", "at most one *"},
            {"{'maxOutputTokens':0}", "/policy/maxOutputTokens", "null"},
            {"{'defaultMaxOutputTokens':2147483648}", "/policy/defaultMaxOutputTokens", "null"},
            {"{'allowedModalities':['']}", "/policy/allowedModalities/0", "image"},
            {"{'ipAllowlist':['203.0.113.7','203.0.113.0/33']}", "/policy/ipAllowlist/1", "203.0.113.0/24"},
            {"{'windows':[{'days':['mon'],'from':'8:00','to':'18:00'}]}", "/policy/windows/0/from", "HH:MM"},
            {"{'windows':[{'days':['mon'],'from':'08:00','to':'25:00'}]}", "/policy/windows/0/to", "HH:MM"},
            {"{'windows':[{'days':['mon'],'to':'18:00'}]}", "/policy/windows/0/from", "HH:MM"},
            {"{'windows':[{'from':'08:00','to':'18:00'}]}", "/policy/windows/0/days", "mon"},
            {"{'windows':[{'days':['sat','Mon'],'from':'08:00','to':'18:00'}]}", "/policy/windows/0/days/1", "mon"},
            {
                "{'windows':[{'days':['mon'],'from':'08:00','to':'18:00','timezone':'Mars'}]}",
                "/policy/windows/0/timezone",
                "Europe/Berlin"
            },
        };
        for (String[] row : wrong) {
            String policy = row[0].replace('\'', '"');
            for (String path : new String[] {PATH, "/api/v1/spaces/default/keys"}) {
                String body = "{\"" + (path.equals(PATH) ? "id" : "title") + "\":\"w\",\"policy\":" + policy + "}";
                at.refused(422, "\"pointer\":\"" + row[1] + "\"", "POST", path, body);
                at.refused(422, row[2], "POST", path, body);
                at.refused(422, "\"fix\":\"Write ", "POST", path, body);
            }
        }
    }

    @Test
    void oneWithKeysStaysAndTheRefusalLeavesNoEvent() {
        at.admin("POST", PATH, "{\"id\":\"w\"}");
        at.admin("POST", "/api/v1/spaces/default/keys", "{\"title\":\"k\",\"workspace\":\"w\"}");
        at.refused(409, "has keys", "DELETE", PATH + "/w", null);
        assertThat(at.admin("GET", "/api/v1/events", null)).doesNotContain("\"deleted\":true");
        at.admin("POST", PATH, "{\"id\":\"empty\"}");
        at.admin("DELETE", PATH + "/empty", null);
        at.refused(404, "not_found", "GET", PATH + "/empty", null);
        at.refused(409, "already", "POST", PATH, "{\"id\":\"w\"}");
        at.refused(422, "\"pointer\":\"/id\"", "POST", PATH, "{\"id\":\"Not A Slug\"}");
        at.refused(404, "not_found", "GET", "/api/v1/spaces/other/workspaces", null);
    }

    @Test
    void aCursorIsGoodAfterItsRowIsGone() {
        for (String id : new String[] {"a", "b", "c"}) {
            at.admin("POST", PATH, "{\"id\":\"" + id + "\"}");
        }
        String cursor = TestApi.member(at.admin("GET", PATH + "?limit=2", null), "nextCursor");
        at.admin("DELETE", PATH + "/b", null);
        assertThat(at.admin("GET", PATH + "?cursor=" + cursor, null))
                .contains("\"id\":\"a\"", "\"id\":\"default\"")
                .doesNotContain("\"id\":\"c\"");
    }
}
