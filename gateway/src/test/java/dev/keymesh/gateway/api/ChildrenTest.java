package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** Parts of keys: what may be issued below what, and how a parent's end is its subtree's. */
class ChildrenTest extends OnTestApi {
    private static final String KEYS = "/api/v1/spaces/default/keys";

    @Test
    void aKeyMakesAChildOfItselfThatIsListedUnderIt() {
        String parent = at.key("{\"title\":\"p\"}");
        String child = at.allowed(TestApi.member(parent, "secret"), "POST", children(parent), """
                {"title":"sub-agent","policy":{"allowedModels":["gpt-5.4-mini"],"toolAllowlist":[]},
                 "budget":{"amount":"0.10","currency":"USD","period":"total"},"tags":["t"],"fields":{"a":1}}""");
        String id = TestApi.member(parent, "id");
        assertThat(child)
                .contains("\"secret\":\"km-", "\"parent\":\"" + id, "\"workspace\":\"default\"", "\"tags\":[\"t\"]");
        assertThat(at.admin("GET", KEYS + "?parent=" + id, null))
                .contains("sub-agent")
                .doesNotContain("\"title\":\"p\"");
        assertThat(at.admin("GET", KEYS, null)).contains("sub-agent", "\"children\":1");
        assertThat(at.admin("GET", "/api/v1/budgets?scope=key:" + TestApi.member(child, "id"), null))
                .contains("\"amount\":\"0.1\"");
        assertThat(at.admin("GET", "/api/v1/events", null)).contains("keys.create", "virtual_key");
    }

    @Test
    void aChildIsIssuedOnceForAnIdempotencyKey() {
        String parent = at.key("{\"title\":\"p\"}");
        String secret = TestApi.member(parent, "secret");
        TestApi.Answer first = at.send("POST", children(parent), secret, "{\"title\":\"c\"}", "idempotency-key", "k");
        TestApi.Answer again = at.send("POST", children(parent), secret, "{\"title\":\"c\"}", "idempotency-key", "k");
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
    }

    @Test
    void aPolicyThatGrantsMoreThanAnyLinkAboveIsRefusedWithItsPlace() {
        at.admin("PATCH", "/api/v1/spaces/default/workspaces/default", "{\"policy\":{\"deniedModels\":[\"gpt-bad\"]}}");
        String parent = at.key("""
                {"title":"p","policy":{"allowedModels":["gpt-5*","o3"],"toolAllowlist":["web.*"],"maxOutputTokens":100,
                 "allowedModalities":["text"],"ipAllowlist":["10.0.0.0/8"],
                 "windows":[{"days":["mon"],"from":"08:00","to":"18:00"}]}}""");
        String mid = at.admin("POST", children(parent), "{\"title\":\"m\"}");
        for (String below : new String[] {parent, mid}) {
            exceeds(below, "{\"allowedModels\":[\"gpt-5.4\",\"gpt-6\"]}", "/policy/allowedModels/1");
            exceeds(below, "{\"allowedModels\":[\"*\"]}", "/policy/allowedModels/0");
            exceeds(below, "{\"toolAllowlist\":[\"web.search\",\"*\"]}", "/policy/toolAllowlist/1");
            exceeds(below, "{\"maxOutputTokens\":101}", "/policy/maxOutputTokens");
            exceeds(below, "{\"defaultMaxOutputTokens\":101}", "/policy/defaultMaxOutputTokens");
            exceeds(below, "{\"allowedModalities\":[\"image\"]}", "/policy/allowedModalities/0");
            exceeds(below, "{\"ipAllowlist\":[\"10.1.0.0/16\",\"0.0.0.0/0\"]}", "/policy/ipAllowlist/1");
            exceeds(
                    below,
                    "{\"windows\":[{\"days\":[\"tue\"],\"from\":\"08:00\",\"to\":\"18:00\"}]}",
                    "/policy/windows/0");
            at.admin("POST", children(below), """
                    {"title":"c","policy":{"allowedModels":["gpt-5.4"],"toolAllowlist":["web.search"],"maxOutputTokens":9,
                     "allowedModalities":["text"],"ipAllowlist":["10.1.0.0/16"],
                     "windows":[{"days":["mon"],"from":"09:00","to":"10:00"}]}}""");
            at.admin("POST", children(below), "{\"title\":\"c\",\"policy\":{\"allowedModels\":[]}}");
        }
        at.refused(422, "grant.exceeds", "POST", KEYS, "{\"title\":\"k\",\"policy\":{\"allowedModels\":[\"gpt-*\"]}}");
    }

    @Test
    void aKeyIsNotChangedToGrantMoreThanTheChainAbove() {
        String parent = at.key("{\"title\":\"p\",\"policy\":{\"allowedModels\":[\"m\"]}}");
        String child = at.admin("POST", children(parent), "{\"title\":\"c\"}");
        String path = "/api/v1/keys/" + TestApi.member(child, "id");
        at.refused(422, "grant.exceeds", "PATCH", path, "{\"policy\":{\"allowedModels\":[\"o\"]}}");
        at.admin("PATCH", path, "{\"policy\":{\"allowedModels\":[\"m\"]}}");
        at.admin("PATCH", "/api/v1/keys/" + TestApi.member(parent, "id"), "{\"policy\":{\"allowedModels\":[\"n\"]}}");
        assertThat(at.admin("PATCH", path, "{\"title\":\"still\"}")).contains("\"title\":\"still\"");
        at.admin("PATCH", path, "{\"expiresAt\":\"2099-01-01T00:00:00Z\"}");
        at.refused(422, "grant.exceeds", "PATCH", path, "{\"policy\":{\"allowedModels\":[\"m\",\"o\"]}}");
        at.admin("PATCH", "/api/v1/keys/" + TestApi.member(parent, "id"), "{\"expiresAt\":\"2098-01-01T00:00:00Z\"}");
        at.admin("PATCH", path, "{\"policy\":{\"allowedModels\":[\"n\"]}}");
        at.refused(422, "/expiresAt", "PATCH", path, "{\"expiresAt\":\"2099-02-01T00:00:00Z\"}");
    }

    @Test
    void aKeyWithAnEndToTheNanosecondCanBeChangedTwice() {
        String key = at.key("{\"title\":\"k\",\"expiresAt\":\"2099-01-01T00:00:00.123456789Z\"}");
        String path = "/api/v1/keys/" + TestApi.member(key, "id");
        at.admin("PATCH", path, "{\"title\":\"one\"}");
        at.admin("PATCH", path, "{\"expiresAt\":\"2098-01-01T00:00:00.123456789Z\"}");
        assertThat(at.admin("PATCH", path, "{\"title\":\"two\"}")).contains("2098-01-01T00:00:00.123Z");
    }

    @Test
    void aChildEndsNoLaterThanItsParent() {
        Instant end = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        String parent = at.key("{\"title\":\"p\",\"expiresAt\":\"" + end + "\"}");
        at.refused(
                422,
                "/expiresAt",
                "POST",
                children(parent),
                "{\"title\":\"c\",\"expiresAt\":\"" + end.plusSeconds(1) + "\"}");
        at.admin("POST", children(parent), "{\"title\":\"c\",\"expiresAt\":\"" + end + "\"}");
        String open = at.admin("POST", children(parent), "{\"title\":\"c\"}");
        assertThat(open).contains("\"expiresAt\":\"" + end);
        Instant sooner = end.minusSeconds(60);
        at.admin("PATCH", "/api/v1/keys/" + TestApi.member(parent, "id"), "{\"expiresAt\":\"" + sooner + "\"}");
        assertThat(at.admin("GET", "/api/v1/keys/" + TestApi.member(open, "id"), null))
                .contains("\"expiresAt\":\"" + sooner);
    }

    @Test
    void aChildsBudgetIsAPartOfThoseAbove() {
        String parent = at.key("{\"title\":\"p\",\"budget\":{\"amount\":\"5.00\",\"period\":\"monthly\"}}");
        String mid = at.admin("POST", children(parent), "{\"title\":\"m\"}");
        for (String below : new String[] {parent, mid}) {
            at.refused(
                    422,
                    "/budget/amount",
                    "POST",
                    children(below),
                    "{\"title\":\"c\",\"budget\":{\"amount\":\"5.01\",\"period\":\"monthly\"}}");
            at.admin(
                    "POST",
                    children(below),
                    "{\"title\":\"c\",\"budget\":{\"amount\":\"5.00\",\"period\":\"monthly\"}}");
            at.admin(
                    "POST", children(below), "{\"title\":\"c\",\"budget\":{\"amount\":\"0.10\",\"period\":\"total\"}}");
            at.admin("POST", children(below), "{\"title\":\"c\"}");
        }
    }

    @Test
    void aChildIsForNoMoreUsesAndInNoOtherPlace() {
        at.admin("POST", "/api/v1/spaces/default/workspaces", "{\"id\":\"acme\"}");
        String parent = at.key("{\"title\":\"p\",\"uses\":[\"gateway\"],\"workspace\":\"acme\"}");
        at.refused(422, "/uses", "POST", children(parent), "{\"title\":\"c\",\"uses\":[\"validation\"]}");
        at.refused(422, "/workspace", "POST", children(parent), "{\"title\":\"c\",\"workspace\":\"default\"}");
        assertThat(at.admin("POST", children(parent), "{\"title\":\"c\",\"workspace\":\"acme\"}"))
                .contains("\"uses\":[\"gateway\"]", "\"workspace\":\"acme\"");
        at.refused(422, "Did you mean", "POST", children(parent), "{\"title\":\"c\",\"polcy\":{}}");
        at.refused(404, "not_found", "POST", "/api/v1/keys/key_none/children", "{\"title\":\"c\"}");
    }

    @Test
    void aChainHasEightKeysAtMost() {
        String key = at.key("{\"title\":\"1\"}");
        for (int i = 2; i <= 8; i++) {
            key = at.admin("POST", children(key), "{\"title\":\"" + i + "\"}");
        }
        at.refused(409, "at most 8", "POST", children(key), "{\"title\":\"9\"}");
        assertThat(at.allowed(TestApi.member(key, "secret"), "GET", "/api/v1/self", null))
                .contains("\"title\":\"8\"");
    }

    @Test
    void aParentsStateIsItsSubtrees() {
        String parent = at.key("{\"title\":\"p\"}");
        String mid = at.admin("POST", children(parent), "{\"title\":\"m\"}");
        String low = at.admin("POST", children(mid), "{\"title\":\"l\"}");
        String top = "/api/v1/keys/" + TestApi.member(parent, "id");
        String bottom = "/api/v1/keys/" + TestApi.member(low, "id");
        at.admin("POST", top + "/disable", null);
        assertThat(at.admin("GET", bottom, null)).contains("\"status\":\"disabled\"");
        assertThat(at.admin("GET", KEYS + "?status=disabled", null)).contains("\"p\"", "\"m\"", "\"l\"");
        assertThat(at.admin("GET", KEYS + "?status=active", null)).doesNotContain("\"l\"");
        at.refused(409, "disabled", "POST", children(low), "{\"title\":\"c\"}");
        at.admin("POST", top + "/enable", null);
        assertThat(at.admin("GET", bottom, null)).contains("\"status\":\"active\"");
        assertThat(at.allowed(
                        TestApi.member(parent, "secret"),
                        "POST",
                        "/api/v1/keys/" + TestApi.member(mid, "id") + "/revoke",
                        null))
                .contains("\"status\":\"revoked\"");
        assertThat(at.admin("GET", bottom, null))
                .contains("\"status\":\"revoked\"")
                .doesNotContain("\"revokedAt\":null");
        assertThat(at.admin("GET", KEYS + "?status=revoked", null))
                .contains("\"l\"")
                .doesNotContain("\"p\"");
        at.refused(409, "final", "POST", bottom + "/enable", null);
        at.refuses(TestApi.member(low, "secret"), 401, "unauthenticated", "GET", "/api/v1/self", null);
        assertThat(at.admin("POST", "/api/v1/keys/validate", "{\"key\":\"" + TestApi.member(low, "secret") + "\"}"))
                .contains("\"code\":\"REVOKED\"");
    }

    @Test
    void aChildIsStillAChildAfterARestart() {
        String parent = at.key("{\"title\":\"p\"}");
        String low = at.admin(
                "POST", children(at.admin("POST", children(parent), "{\"title\":\"m\"}")), "{\"title\":\"l\"}");
        at.close();
        at = new TestApi(folder);
        at.allowed(TestApi.member(low, "secret"), "GET", "/api/v1/self", null);
        at.admin("POST", "/api/v1/keys/" + TestApi.member(parent, "id") + "/revoke", null);
        at.refuses(TestApi.member(low, "secret"), 401, "unauthenticated", "GET", "/api/v1/self", null);
    }

    private void exceeds(String parent, String policy, String pointer) {
        TestApi.Answer answer =
                at.send("POST", children(parent), at.root, "{\"title\":\"c\",\"policy\":" + policy + "}");
        assertThat(answer.status()).as(policy + answer.body()).isEqualTo(422);
        assertThat(answer.body()).contains("\"pointer\":\"" + pointer + "\"", "\"code\":\"grant.exceeds\"");
    }

    private static String children(String key) {
        return "/api/v1/keys/" + TestApi.member(key, "id") + "/children";
    }
}
