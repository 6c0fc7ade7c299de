package dev.keymesh.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.page.TestPages.Visitor;
import dev.keymesh.gateway.store.Durability;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is in, and for how long. */
class SignInTest {
    @TempDir
    Path folder;

    @Test
    void aManagementKeyOpensASessionWhoseCookieNoScriptAndNoOtherSiteSends() {
        try (TestPages at = new TestPages(GatewayConfig.embedded(folder))) {
            HttpResponse<String> answer = at.signIn(at.root);
            assertThat(answer.statusCode()).isEqualTo(303);
            assertThat(answer.headers().firstValue("location")).contains("/");
            assertThat(answer.headers().firstValue("set-cookie").orElseThrow())
                    .matches("keymesh_session=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict");
            assertThat(SignIn.cookie("t", true)).endsWith("; Secure");
            Visitor visitor = at.signedIn(at.root);
            assertThat(at.get(visitor, "/").body()).contains("Overview", "Sign out");
            assertThat(at.get(visitor, "/sign-in").headers().firstValue("location"))
                    .contains("/");
            assertThat(at.admin("GET", "/api/v1/events?limit=1", null)).contains("session.started", "mgk_");
        }
    }

    @Test
    void whatIsNoManagementKeyOpensNoneAndSlowsItsAddressDown() {
        try (TestPages at = new TestPages(GatewayConfig.embedded(folder))) {
            String virtual =
                    TestPages.member(at.admin("POST", "/api/v1/spaces/default/keys", "{\"title\":\"v\"}"), "secret");
            List<String> wrong = List.of(at.root.substring(1), at.root + "x", virtual, "kma-nothing");
            for (String key : wrong) {
                HttpResponse<String> answer = at.signIn(key);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
                assertThat(answer.headers().firstValue("set-cookie")).isEmpty();
                assertThat(answer.body())
                        .doesNotContain(key)
                        .contains(key.equals(virtual) ? "This is a virtual key" : "No management key that is good");
            }
            assertThat(at.signIn("").statusCode()).isEqualTo(422);
            HttpResponse<String> slowed = at.signIn(at.root);
            assertThat(slowed.statusCode()).isEqualTo(429);
            assertThat(slowed.headers().firstValue("retry-after")).isPresent();
            at.wait(Duration.ofMinutes(1));
            assertThat(at.signIn(at.root).statusCode()).isEqualTo(303);
            assertThat(at.signIn("kma-nothing").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void aSessionEndsAfterAnHourWithoutUseAndAfterTwelveHoursWithIt() {
        try (TestPages at = new TestPages(GatewayConfig.embedded(folder))) {
            Visitor idle = at.signedIn(at.root);
            Visitor busy = at.signedIn(at.root);
            at.wait(Duration.ofMinutes(59));
            isIn(at, idle);
            isIn(at, busy);
            at.wait(Duration.ofMinutes(59));
            isIn(at, busy);
            at.wait(Duration.ofMinutes(1));
            isOut(at, idle);
            for (int minutes = 119; minutes < 719; minutes += 50) {
                at.wait(Duration.ofMinutes(50));
                isIn(at, busy);
            }
            at.wait(Duration.ofMinutes(1));
            isOut(at, busy);
        }
    }

    @Test
    void aRevokedKeysSessionsEndAtOnce() {
        try (TestPages at = new TestPages(GatewayConfig.embedded(folder))) {
            String issued =
                    at.admin("POST", "/api/v1/management-keys", "{\"title\":\"x\",\"permissionSet\":\"admin\"}");
            Visitor visitor = at.signedIn(TestPages.member(issued, "secret"));
            isIn(at, visitor);
            at.admin("POST", "/api/v1/management-keys/" + TestPages.member(issued, "id") + "/revoke", null);
            isOut(at, visitor);
        }
    }

    @Test
    void whoSignsOutIsOutAlsoWithTheOldCookie() {
        try (TestPages at = new TestPages(GatewayConfig.embedded(folder))) {
            Visitor visitor = at.signedIn(at.root);
            Visitor other = at.signedIn(at.root);
            HttpResponse<String> out = at.post(visitor, "/sign-out", Map.of());
            assertThat(out.headers().firstValue("location")).contains("/sign-in");
            assertThat(out.headers().firstValue("set-cookie").orElseThrow())
                    .startsWith("keymesh_session=;")
                    .contains("Max-Age=0");
            isOut(at, visitor);
            isIn(at, other);
        }
    }

    @Test
    void aSessionOutlivesTheProcessAndNotTheEnvironmentsRootKey() {
        Visitor visitor;
        try (TestPages at = new TestPages(rooted("first-root-key-of-32-characters!"))) {
            visitor = at.signedIn(at.root);
            isIn(at, visitor);
        }
        try (TestPages at = new TestPages(rooted("first-root-key-of-32-characters!"))) {
            isIn(at, visitor);
        }
        try (TestPages at = new TestPages(rooted("other-root-key-of-32-characters!"))) {
            isOut(at, visitor);
        }
    }

    @Test
    void theFormLeadsOnToPagesOfOursOnly() {
        try (TestPages at = new TestPages(GatewayConfig.embedded(folder))) {
            assertThat(at.get(Visitor.NOBODY, "/ui/keys?q=a%20b").headers().firstValue("location"))
                    .contains("/sign-in?next=%2Fui%2Fkeys%3Fq%3Da%2520b");
            assertThat(at.get(Visitor.NOBODY, "/sign-in?next=%2Fui%2Fkeys%3Fq%3Da%2520b")
                            .body())
                    .contains("value=\"/ui/keys?q=a%20b\"");
            Map<String, String> leads = Map.of(
                    "/ui/keys?q=a%20b", "/ui/keys?q=a%20b",
                    "//evil.example/ui/", "/",
                    "https://evil.example/ui/", "/",
                    "/ui/\\evil", "/",
                    "/ui/keys\r\nSet-Cookie: a=b", "/");
            leads.forEach((next, location) -> {
                HttpResponse<String> answer = at.post(Visitor.NOBODY, "/sign-in", Map.of("key", at.root, "next", next));
                assertThat(answer.headers().firstValue("location")).as(next).contains(location);
            });
        }
    }

    @Test
    void aFormOfAnotherSiteIsNotTaken() {
        try (TestPages at = new TestPages(GatewayConfig.embedded(folder))) {
            for (String[] foreign : new String[][] {
                {"Sec-Fetch-Site", "cross-site"},
                {"Sec-Fetch-Site", "same-site"},
                {"Origin", "https://evil.example"},
                {"Origin", "null"}
            }) {
                assertThat(at.signIn(at.root, foreign).statusCode())
                        .as(String.join(" ", foreign))
                        .isEqualTo(403);
            }
            assertThat(at.signIn(at.root, "Origin", at.address(), "Sec-Fetch-Site", "same-origin")
                            .statusCode())
                    .isEqualTo(303);
            assertThat(at.signIn(at.root, "Origin", at.address()).statusCode()).isEqualTo(303);
        }
    }

    private GatewayConfig rooted(String key) {
        return new GatewayConfig(folder, "127.0.0.1", 0, null, Durability.POWER, null, key, GatewayConfig.IDLE_TIMEOUT);
    }

    private static void isIn(TestPages at, Visitor visitor) {
        assertThat(at.get(visitor, "/").statusCode()).isEqualTo(200);
    }

    private static void isOut(TestPages at, Visitor visitor) {
        HttpResponse<String> answer = at.get(visitor, "/");
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("location")).contains("/sign-in");
        assertThat(answer.body()).isEmpty();
    }
}
