package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PermissionSetsApiTest extends OnTestApi {
    private static final String PATH = "/api/v1/permission-sets";

    @Test
    void theBuiltInSetsAreListedAfterTheOwnOnes() {
        assertThat(at.admin("POST", PATH, "{\"name\":\"support\",\"permissions\":[\"usage.read\",\"keys.read\"]}"))
                .contains("\"permissions\":[\"keys.read\",\"usage.read\"]", "\"builtIn\":false");
        assertThat(at.admin("GET", PATH, null))
                .containsSubsequence("\"support\"", "\"validator\"", "\"reader\"", "\"admin\"")
                .contains("\"permissions\":[\"keys.validate\",\"policy.evaluate\",\"spaces.read\"]");
        assertThat(at.admin("GET", "/api/v1/events?limit=1", null)).contains("permission-set:support");
    }

    @Test
    void aPermissionThatIsNoneIsRefusedWithItsPlace() {
        at.refused(
                422, "/permissions/1", "POST", PATH, "{\"name\":\"s\",\"permissions\":[\"keys.read\",\"keys.raed\"]}");
        at.refused(422, "Did you mean", "POST", PATH, "{\"name\":\"s\",\"permissions\":[\"keys.raed\"]}");
        at.refused(422, "/permissions", "POST", PATH, "{\"name\":\"s\",\"permissions\":[]}");
        at.refused(422, "/permissions", "POST", PATH, "{\"name\":\"s\"}");
        at.refused(422, "/name", "POST", PATH, "{\"name\":\"S\",\"permissions\":[\"keys.read\"]}");
    }

    @Test
    void aNameThatIsTakenIsAConflict() {
        String set = "{\"name\":\"s\",\"permissions\":[\"keys.read\"]}";
        at.admin("POST", PATH, set);
        at.refused(409, "already", "POST", PATH, set);
        at.refused(409, "already", "POST", PATH, "{\"name\":\"admin\",\"permissions\":[\"keys.read\"]}");
    }
}
