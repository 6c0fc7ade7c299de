package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.access.Permissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who may ask for what: every route, every kind of credential. */
class ReachTest extends OnTestApi {
    /** Method, path, permission; for whom: management keys (m), virtual keys (v); which part a key of one space reaches. */
    private static final String TABLE = """
            GET /api/v1/whoami - mv its
            GET /api/v1/self - v its
            POST /api/v1/self/revoke - v its
            POST /api/v1/spaces spaces.write m no
            GET /api/v1/spaces spaces.read m its
            GET /api/v1/spaces/* spaces.read m its
            PATCH /api/v1/spaces/* spaces.write m its
            POST /api/v1/spaces/*/disable spaces.write m its
            POST /api/v1/spaces/*/enable spaces.write m its
            POST /api/v1/spaces/*/keys/bulk keys.create m its
            POST /api/v1/spaces/*/workspaces workspaces.write m its
            GET /api/v1/spaces/*/workspaces workspaces.read m its
            GET /api/v1/spaces/*/workspaces/* workspaces.read m its
            PATCH /api/v1/spaces/*/workspaces/* workspaces.write m its
            DELETE /api/v1/spaces/*/workspaces/* workspaces.write m its
            POST /api/v1/spaces/*/keys keys.create m its
            GET /api/v1/spaces/*/keys keys.read m its
            GET /api/v1/keys/* keys.read m its
            PATCH /api/v1/keys/* keys.update m its
            POST /api/v1/keys/*/children keys.create mv its
            POST /api/v1/keys/*/revoke keys.revoke mv its
            POST /api/v1/keys/*/disable keys.update m its
            POST /api/v1/keys/*/enable keys.update m its
            POST /api/v1/keys/validate keys.validate mv its
            POST /api/v1/keys/check policy.evaluate mv its
            POST /api/v1/management-keys credentials.write m its
            GET /api/v1/management-keys credentials.read m its
            POST /api/v1/management-keys/*/revoke credentials.write m its
            POST /api/v1/permission-sets credentials.write m no
            GET /api/v1/permission-sets credentials.read m its
            POST /api/v1/providers providers.write m no
            GET /api/v1/providers providers.read m no
            GET /api/v1/providers/* providers.read m no
            PATCH /api/v1/providers/* providers.write m no
            DELETE /api/v1/providers/* providers.write m no
            POST /api/v1/providers/*/test providers.write m no
            POST /api/v1/providers/*/rotate providers.write m no
            PUT /api/v1/prices prices.write m no
            GET /api/v1/prices prices.read m no
            DELETE /api/v1/prices prices.write m no
            PUT /api/v1/budgets budgets.write m its
            GET /api/v1/budgets budgets.read mv its
            DELETE /api/v1/budgets budgets.write m its
            GET /api/v1/usage usage.read mv its
            GET /api/v1/requests usage.read m its
            GET /api/v1/requests/stream usage.read m its
            GET /api/v1/requests/* usage.read m its
            POST /api/v1/requests/*/settlement budgets.write m its
            POST /api/v1/webhook-endpoints webhooks.write m its
            GET /api/v1/webhook-endpoints webhooks.read m its
            GET /api/v1/webhook-endpoints/* webhooks.read m its
            PATCH /api/v1/webhook-endpoints/* webhooks.write m its
            DELETE /api/v1/webhook-endpoints/* webhooks.write m its
            POST /api/v1/webhook-endpoints/*/rotate webhooks.write m its
            POST /api/v1/webhook-endpoints/*/test webhooks.write m its
            GET /api/v1/webhook-endpoints/*/deliveries webhooks.read m its
            POST /api/v1/webhook-endpoints/*/deliveries/*/redeliver webhooks.write m its
            GET /api/v1/events audit.read m no
            GET /metrics usage.read m no
            """;

    private static final Set<String> READER = Set.of(
            "spaces.read",
            "workspaces.read",
            "keys.read",
            "budgets.read",
            "providers.read",
            "prices.read",
            "credentials.read",
            "webhooks.read",
            "policy.read",
            "plans.read",
            "billing.read",
            "usage.read",
            "audit.read");
    private static final Set<String> VALIDATOR = Set.of("keys.validate", "spaces.read", "policy.evaluate");
    private static final Set<String> CUSTOM = Set.of("keys.create", "budgets.read");

    private record Row(String method, String path, String permission, String callers, String space) {
        boolean management() {
            return callers.contains("m");
        }

        boolean virtual() {
            return callers.contains("v");
        }

        boolean ofAKey() {
            return path.startsWith("/api/v1/keys/*");
        }
    }

    private static List<Row> rows() {
        return TABLE.lines()
                .map(line -> line.split(" "))
                .map(p -> new Row(p[0], p[1], p[2].equals("-") ? "" : p[2], p[3], p[4]))
                .toList();
    }

    @Test
    void theTableHasEveryRoute() {
        Set<String> there = new TreeSet<>();
        at.routes().forEach(route -> there.add(route.method() + " " + route.pattern()));
        Set<String> here = new TreeSet<>();
        rows().forEach(row -> here.add(row.method + " " + row.path));
        assertThat(here).isEqualTo(there);
    }

    @Test
    void aManagementKeyMayWhatItsSetSays() {
        at.admin(
                "POST",
                "/api/v1/permission-sets",
                "{\"name\":\"custom\",\"permissions\":[\"keys.create\",\"budgets.read\"]}");
        Map<String, Set<String>> credentials = new LinkedHashMap<>();
        credentials.put(at.root, Permissions.all());
        credentials.put(at.management("{\"title\":\"a\",\"permissionSet\":\"admin\"}"), Permissions.all());
        credentials.put(at.management("{\"title\":\"r\",\"permissionSet\":\"reader\"}"), READER);
        credentials.put(at.management("{\"title\":\"v\",\"permissionSet\":\"validator\"}"), VALIDATOR);
        credentials.put(at.management("{\"title\":\"c\",\"permissionSet\":\"custom\"}"), CUSTOM);
        credentials.forEach((secret, may) -> {
            for (Row row : rows()) {
                TestApi.Answer answer = send(row, secret, "key_none", "none");
                boolean allowed = row.management() && (row.permission.isEmpty() || may.contains(row.permission));
                assertThat(answer.status()).as(row + " " + may).isNotEqualTo(401);
                if (allowed) {
                    assertThat(answer.status()).as(row + " " + may).isNotEqualTo(403);
                } else {
                    assertThat(answer.status()).as(row + " " + may).isEqualTo(403);
                    assertThat(answer.body()).contains(row.management() ? row.permission : "virtual keys");
                }
            }
        });
    }

    @Test
    void aKeyOfOneSpaceReachesThatSpaceAndNothingElse() {
        at.admin("POST", "/api/v1/spaces", "{\"id\":\"acme\"}");
        String secret = at.management("{\"title\":\"a\",\"permissionSet\":\"admin\",\"space\":\"acme\"}");
        String foreign = TestApi.member(at.key("{\"title\":\"k\"}"), "id");
        for (Row row : rows().stream().filter(Row::management).toList()) {
            String mine = TestApi.member(at.admin("POST", "/api/v1/spaces/acme/keys", "{\"title\":\"k\"}"), "id");
            int status = send(row, secret, mine, "acme").status();
            if (row.space.equals("no")) {
                assertThat(status).as(row.toString()).isEqualTo(403);
                continue;
            }
            assertThat(status).as(row.toString()).isNotIn(401, 403, 500);
            if (row.ofAKey() || row.path.startsWith("/api/v1/spaces/*")) {
                TestApi.Answer there = send(row, secret, foreign, "default");
                TestApi.Answer nowhere = send(row, secret, "key_none", "nowhere");
                assertThat(there.status()).as(row.toString()).isEqualTo(404);
                assertThat(withoutId(there.body()).replace("default", "nowhere"))
                        .isEqualTo(withoutId(nowhere.body()));
            }
        }
        assertThat(at.admin("GET", "/api/v1/keys/" + foreign, null)).contains("\"status\":\"active\"");
    }

    @Test
    void aKeyOfOneSpaceSeesOfEveryListOnlyWhatIsInIt() {
        at.admin("POST", "/api/v1/spaces", "{\"id\":\"acme\"}");
        String secret = at.management("{\"title\":\"a\",\"permissionSet\":\"admin\",\"space\":\"acme\"}");
        String foreign = at.key("{\"title\":\"k\",\"budget\":{\"amount\":\"7\",\"period\":\"total\"}}");
        String id = TestApi.member(foreign, "id");
        for (String scope : new String[] {"account", "space:default", "workspace:default/default", "space:acme"}) {
            at.admin("PUT", "/api/v1/budgets", "{\"scope\":\"" + scope + "\",\"period\":\"total\",\"amount\":\"9\"}");
        }
        assertThat(at.allowed(secret, "GET", "/api/v1/spaces", null))
                .contains("acme")
                .doesNotContain("default\"");
        assertThat(at.allowed(secret, "GET", "/api/v1/budgets", null))
                .contains("space:acme")
                .doesNotContain("account", "default", id);
        assertThat(at.allowed(secret, "GET", "/api/v1/budgets?scope=key:" + id, null))
                .contains("\"data\":[]");
        at.refuses(secret, 403, "acme", "GET", "/api/v1/budgets?scope=account", null);
        String put = "{\"period\":\"total\",\"amount\":\"1\",\"scope\":";
        at.refuses(secret, 403, "acme", "PUT", "/api/v1/budgets", put + "\"account\"}");
        for (String scope : new String[] {"key:" + id, "space:default", "workspace:default/default", "key:key_none"}) {
            at.refuses(secret, 422, "/scope", "PUT", "/api/v1/budgets", put + "\"" + scope + "\"}");
            at.refuses(secret, 404, "not_found", "DELETE", "/api/v1/budgets?period=total&scope=" + scope, null);
        }
        assertThat(at.allowed(
                        secret,
                        "POST",
                        "/api/v1/keys/validate",
                        "{\"key\":\"" + TestApi.member(foreign, "secret") + "\"}"))
                .contains("\"code\":\"NOT_FOUND\"", "\"key\":null");
        assertThat(at.allowed(secret, "POST", "/api/v1/keys/check", "{\"key\":\"" + id + "\",\"model\":\"m\"}"))
                .contains("key.not_found");
    }

    @Test
    void aVirtualKeyMayItselfAndItsSubtreeAndNothingElse() {
        String foreign = TestApi.member(at.key("{\"title\":\"f\"}"), "id");
        for (boolean child : new boolean[] {false, true}) {
            for (Row row : rows()) {
                String key = child ? child(at.key("{\"title\":\"p\"}")) : at.key("{\"title\":\"k\"}");
                String part = TestApi.member(child(key), "id");
                String secret = TestApi.member(key, "secret");
                int status = send(row, secret, part, "default").status();
                if (row.virtual()) {
                    assertThat(status).as(row.toString()).isNotIn(401, 403, 404, 500);
                } else {
                    assertThat(status).as(row.toString()).isEqualTo(403);
                }
                if (row.ofAKey()) {
                    for (String other : new String[] {foreign, "key_none"}) {
                        assertThat(send(row, secret, other, "default").status())
                                .as(row + " of another")
                                .isEqualTo(403);
                    }
                }
            }
        }
    }

    @Test
    void noParentIsWithinTheReachOfItsChild() {
        String parent = at.key("{\"title\":\"p\"}");
        String child = TestApi.member(child(parent), "secret");
        String id = TestApi.member(parent, "id");
        at.refuses(child, 403, "keys.revoke", "POST", "/api/v1/keys/" + id + "/revoke", null);
        at.refuses(child, 403, "keys.create", "POST", "/api/v1/keys/" + id + "/children", "{\"title\":\"c\"}");
        at.refuses(child, 403, "usage.read", "GET", "/api/v1/usage?key=" + id, null);
        at.refuses(child, 403, "budgets.read", "GET", "/api/v1/budgets?scope=key:" + id, null);
        at.refuses(child, 403, "policy.evaluate", "POST", "/api/v1/keys/check", "{\"key\":\"" + id + "\"}");
    }

    @Test
    void whatIsRevokedOrNoneIsUnauthenticatedEverywhere() {
        String key = at.key("{\"title\":\"k\"}");
        String child = child(key);
        at.admin("POST", "/api/v1/keys/" + TestApi.member(key, "id") + "/revoke", null);
        String disabled = at.key("{\"title\":\"k\"}");
        String below = child(disabled);
        at.admin("POST", "/api/v1/keys/" + TestApi.member(disabled, "id") + "/disable", null);
        String issued = at.admin("POST", "/api/v1/management-keys", "{\"title\":\"m\",\"permissionSet\":\"admin\"}");
        at.admin("POST", "/api/v1/management-keys/" + TestApi.member(issued, "id") + "/revoke", null);
        for (Row row : rows()) {
            for (String secret : new String[] {
                "",
                "km-x",
                TestApi.member(key, "secret"),
                TestApi.member(child, "secret"),
                TestApi.member(below, "secret"),
                TestApi.member(issued, "secret")
            }) {
                assertThat(send(row, secret, "key_none", "default").status())
                        .as(row.toString())
                        .isEqualTo(401);
            }
        }
    }

    private String child(String parent) {
        return at.admin("POST", "/api/v1/keys/" + TestApi.member(parent, "id") + "/children", "{\"title\":\"c\"}");
    }

    private TestApi.Answer send(Row row, String secret, String key, String space) {
        String path = row.path
                .replace("/keys/*", "/keys/" + key)
                .replace("/spaces/*", "/spaces/" + space)
                .replace("/*", "/none");
        boolean body = row.method.equals("POST") || row.method.equals("PUT") || row.method.equals("PATCH");
        return at.send(row.method, path, secret, body ? "{}" : null);
    }

    private static String withoutId(String body) {
        return body.replaceAll("req_[a-z0-9]+", "req_");
    }
}
