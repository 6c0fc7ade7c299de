package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class ManagementKeysApiTest extends OnTestApi {
    private static final String PATH = "/api/v1/management-keys";
    private static final String SETS = "/api/v1/permission-sets";

    @Test
    void theSecretIsInTheAnswerThatIssuesAndNowhereElse() {
        String issued =
                at.admin("POST", PATH, "{\"title\":\"CI\",\"permissionSet\":\"validator\",\"space\":\"default\"}");
        String secret = TestApi.member(issued, "secret");
        assertThat(secret).startsWith("kma-");
        assertThat(issued).contains("\"id\":\"mgk_", "\"space\":\"default\"", "\"status\":\"active\"");
        assertThat(at.admin("GET", PATH, null))
                .containsSubsequence("\"title\":\"CI\"", "\"title\":\"Root\"")
                .doesNotContain(secret, "secret");
        assertThat(at.admin("GET", "/api/v1/events", null))
                .contains("credentials.write")
                .doesNotContain(secret);
        assertThat(at.allowed(secret, "GET", "/api/v1/whoami", null))
                .contains("\"permissionSet\":\"validator\"", "\"spaces\":[\"default\"]");
    }

    @Test
    void aPostWithAnIdempotencyKeyIssuesOne() {
        String body = "{\"title\":\"CI\",\"permissionSet\":\"validator\"}";
        String first =
                at.send("POST", PATH, at.root, body, "idempotency-key", "k").body();
        assertThat(at.send("POST", PATH, at.root, body, "idempotency-key", "k").body())
                .isEqualTo(first);
        assertThat(at.admin("GET", PATH, null).split("\"title\":\"CI\"", -1)).hasSize(2);
    }

    @Test
    void aRevokedKeyIsRefusedAtOnceAndStaysListed() {
        String issued = at.admin("POST", PATH, "{\"title\":\"CI\",\"permissionSet\":\"admin\"}");
        String secret = TestApi.member(issued, "secret");
        String path = PATH + "/" + TestApi.member(issued, "id") + "/revoke";
        assertThat(at.admin("POST", path, null)).contains("\"status\":\"revoked\"");
        at.refuses(secret, 401, "unauthenticated", "GET", "/api/v1/whoami", null);
        String again = at.admin("POST", path, "{}");
        assertThat(at.admin("GET", PATH, null)).contains("\"revokedAt\":\"" + TestApi.member(again, "revokedAt"));
        at.refused(404, "not_found", "POST", PATH + "/mgk_none/revoke", null);
    }

    @Test
    void theLastKeyThatCanLetOthersInIsNotRevoked() {
        String root = rootId();
        String bound = "{\"title\":\"b\",\"permissionSet\":\"admin\",\"space\":\"default\"}";
        at.admin("POST", PATH, bound);
        at.admin(
                "POST",
                PATH,
                "{\"title\":\"e\",\"permissionSet\":\"admin\",\"expiresAt\":\""
                        + Instant.now().plus(1, ChronoUnit.DAYS) + "\"}");
        at.admin("POST", PATH, "{\"title\":\"r\",\"permissionSet\":\"reader\"}");
        at.refused(409, "last key", "POST", PATH + "/" + root + "/revoke", null);
        String other = at.management("{\"title\":\"o\",\"permissionSet\":\"admin\"}");
        at.admin("POST", PATH + "/" + root + "/revoke", null);
        at.refuses(at.root, 401, "unauthenticated", "GET", PATH, null);
        assertThat(at.allowed(other, "GET", PATH, null)).contains(root);
    }

    @Test
    void nobodyGrantsAPermissionThatItHasNot() {
        at.admin(
                "POST",
                SETS,
                "{\"name\":\"hr\",\"permissions\":[\"credentials.write\",\"credentials.read\",\"keys.read\"]}");
        at.admin("POST", SETS, "{\"name\":\"less\",\"permissions\":[\"keys.read\"]}");
        String hr = at.management("{\"title\":\"hr\",\"permissionSet\":\"hr\"}");
        at.refuses(hr, 403, "audit.read", "POST", PATH, "{\"title\":\"x\",\"permissionSet\":\"reader\"}");
        at.refuses(hr, 403, "forbidden", "POST", PATH, "{\"title\":\"x\",\"permissionSet\":\"admin\"}");
        at.allowed(hr, "POST", PATH, "{\"title\":\"x\",\"permissionSet\":\"less\"}");
        at.allowed(hr, "POST", PATH, "{\"title\":\"x\",\"permissionSet\":\"hr\"}");
    }

    @Test
    void aKeyOfOneSpaceGrantsForThatSpaceAlone() {
        at.admin("POST", "/api/v1/spaces", "{\"id\":\"acme\"}");
        String acme = at.management("{\"title\":\"a\",\"permissionSet\":\"admin\",\"space\":\"acme\"}");
        at.refuses(
                acme,
                422,
                "/space",
                "POST",
                PATH,
                "{\"title\":\"x\",\"permissionSet\":\"reader\",\"space\":\"default\"}");
        assertThat(at.allowed(acme, "POST", PATH, "{\"title\":\"x\",\"permissionSet\":\"reader\"}"))
                .contains("\"space\":\"acme\"");
        assertThat(at.allowed(acme, "GET", PATH, null)).doesNotContain("Root");
        at.refuses(acme, 404, "not_found", "POST", PATH + "/" + rootId() + "/revoke", null);
    }

    @Test
    void aKeyThatGrantsLessThanEverythingDoesNotKeepTheDoor() {
        at.admin(
                "POST",
                "/api/v1/permission-sets",
                "{\"name\":\"creds\",\"permissions\":[\"credentials.read\",\"credentials.write\"]}");
        String creds = at.management("{\"title\":\"c\",\"permissionSet\":\"creds\"}");
        at.refuses(creds, 409, "every permission", "POST", PATH + "/" + rootId() + "/revoke", null);
    }

    @Test
    void aKeyThatExpiresGrantsNoLongerLife() {
        Instant end = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        String brief = at.management("{\"title\":\"b\",\"permissionSet\":\"admin\",\"expiresAt\":\"" + end + "\"}");
        at.refuses(
                brief,
                422,
                "/expiresAt",
                "POST",
                PATH,
                "{\"title\":\"x\",\"permissionSet\":\"reader\",\"expiresAt\":\"" + end.plusSeconds(1) + "\"}");
        assertThat(at.allowed(brief, "POST", PATH, "{\"title\":\"x\",\"permissionSet\":\"reader\"}"))
                .contains("\"expiresAt\":\"" + end);
    }

    @Test
    void whatCannotBeMeantIsRefusedWithItsPlace() {
        at.refused(422, "/title", "POST", PATH, "{\"permissionSet\":\"admin\"}");
        at.refused(422, "/permissionSet", "POST", PATH, "{\"title\":\"x\"}");
        at.refused(422, "/permissionSet", "POST", PATH, "{\"title\":\"x\",\"permissionSet\":\"none\"}");
        at.refused(422, "/space", "POST", PATH, "{\"title\":\"x\",\"permissionSet\":\"admin\",\"space\":\"none\"}");
        at.refused(
                422,
                "/expiresAt",
                "POST",
                PATH,
                "{\"title\":\"x\",\"permissionSet\":\"admin\",\"expiresAt\":\"2020-01-01T00:00:00Z\"}");
    }

    @Test
    void aListIsPaged() {
        for (int i = 0; i < 3; i++) {
            at.management("{\"title\":\"m" + i + "\",\"permissionSet\":\"reader\"}");
        }
        String page = at.admin("GET", PATH + "?limit=2", null);
        assertThat(page).contains("\"m2\"", "\"m1\"").doesNotContain("\"m0\"");
        assertThat(at.admin("GET", PATH + "?limit=2&cursor=" + TestApi.member(page, "nextCursor"), null))
                .contains("\"m0\"", "\"Root\"")
                .doesNotContain("\"m1\"");
    }

    private String rootId() {
        String whoami = at.admin("GET", "/api/v1/whoami", null);
        return TestApi.member(whoami.substring(whoami.indexOf("\"credential\":")), "id");
    }
}
