package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CheckApiTest extends OnTestApi {
    private static final String PATH = "/api/v1/keys/check";

    @Test
    void aKeyAsksWhatItMayDo() {
        String key =
                at.key("{\"title\":\"k\",\"policy\":{\"allowedModels\":[\"m\"],\"toolAllowlist\":[\"web.search\"]}}");
        String secret = TestApi.member(key, "secret");
        String yes = "{\"allowed\":true,\"reasons\":[]}";
        assertThat(at.allowed(secret, "POST", PATH, "{\"model\":\"m\"}")).isEqualTo(yes);
        assertThat(at.allowed(secret, "POST", PATH, "{\"tool\":\"web.search\",\"arguments\":{\"q\":1}}"))
                .isEqualTo(yes);
        assertThat(at.allowed(secret, "POST", PATH, "{}")).isEqualTo(yes);
        assertThat(at.allowed(secret, "POST", PATH, "{\"model\":\"o\"}"))
                .isEqualTo("{\"allowed\":false,\"reasons\":[{\"code\":\"model.not_allowed\",\"value\":\"o\"}]}");
        assertThat(at.allowed(secret, "POST", PATH, "{\"tool\":\"shell\"}"))
                .isEqualTo("{\"allowed\":false,\"reasons\":[{\"code\":\"tool.not_allowed\",\"value\":\"shell\"}]}");
    }

    @Test
    void aManagementKeyAsksAboutAKeyByItsIdOrSecret() {
        String validator = at.management("{\"title\":\"v\",\"permissionSet\":\"validator\"}");
        String key = at.key("{\"title\":\"k\",\"policy\":{\"allowedModels\":[\"m\"]}}");
        for (String name : new String[] {TestApi.member(key, "id"), TestApi.member(key, "secret")}) {
            assertThat(at.allowed(validator, "POST", PATH, "{\"key\":\"" + name + "\",\"model\":\"m\"}"))
                    .contains("true");
            assertThat(at.allowed(validator, "POST", PATH, "{\"key\":\"" + name + "\",\"model\":\"o\"}"))
                    .contains("model.not_allowed");
        }
        at.refuses(validator, 422, "/key", "POST", PATH, "{\"model\":\"m\"}");
        at.refuses(validator, 422, "/tool", "POST", PATH, "{\"key\":\"key_x\",\"model\":\"m\",\"tool\":\"t\"}");
        at.refuses(validator, 422, "/arguments", "POST", PATH, "{\"key\":\"key_x\",\"tool\":\"t\",\"arguments\":[]}");
    }

    @Test
    void aKeyThatIsNotGoodIsAnAnswerWithTheReason() {
        assertThat(reasons("key_none")).contains("\"code\":\"key.not_found\"");
        assertThat(reasons("km-x")).contains("\"code\":\"key.malformed\"");
        String parent = at.key("{\"title\":\"p\",\"budget\":{\"amount\":\"0\",\"period\":\"total\"}}");
        String id = TestApi.member(parent, "id");
        String child = TestApi.member(at.admin("POST", "/api/v1/keys/" + id + "/children", "{\"title\":\"c\"}"), "id");
        assertThat(reasons(child)).contains("{\"code\":\"budget.exceeded\",\"value\":\"key:" + id + "\"}");
        at.admin("POST", "/api/v1/keys/" + id + "/disable", null);
        assertThat(reasons(child)).contains("key.disabled");
        at.admin("POST", "/api/v1/keys/" + id + "/revoke", null);
        assertThat(reasons(child)).contains("key.revoked");
        assertThat(reasons(TestApi.member(at.key("{\"title\":\"v\",\"uses\":[\"validation\"]}"), "id")))
                .contains("{\"code\":\"key.use\",\"value\":\"gateway\"}");
    }

    @Test
    void aCheckCountsNothing() {
        String key = at.key("{\"title\":\"k\"}");
        String secret = TestApi.member(key, "secret");
        at.allowed(secret, "POST", PATH, "{\"model\":\"m\"}");
        assertThat(at.allowed(secret, "POST", "/api/v1/keys/validate", "{\"key\":\"" + secret + "\"}"))
                .contains("\"currentMonthValidations\":1,");
        assertThat(at.admin("GET", "/api/v1/requests", null)).contains("\"data\":[]");
    }

    private String reasons(String key) {
        String answer = at.admin("POST", PATH, "{\"key\":\"" + key + "\",\"model\":\"m\"}");
        assertThat(answer).contains("\"allowed\":false");
        return answer;
    }
}
