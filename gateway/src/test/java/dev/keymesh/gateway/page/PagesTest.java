package dev.keymesh.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.page.TestPages.Visitor;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for every page, by its route: a new one is covered when it is registered. */
class PagesTest {
    private static final List<PageRoute> ROUTES = Pages.routes(InstantSource.system());
    /** What would run or be shown as markup if it were not escaped; each is stored with another number. */
    private static final List<String> MARKUP = List.of(
            "<script>alert(N)</script>",
            "\"><img src=x onerror=alert(N)>",
            "' autofocus onfocus='alert(N)",
            "\" autofocus onfocus=\"alert(N)",
            "</title></textarea></select><svg/onload=alert(N)>",
            "javascript:alert(N)");

    /** A tag as a browser takes it apart: its name, its attributes. */
    private static final Pattern TAG = Pattern.compile(
            "<([a-zA-Z][^\\s/>]*)((?:\\s+[^\\s\"'>=/]+(?:\\s*=\\s*(?:\"[^\"]*\"|'[^']*'|[^\\s\"'>]+))?)*)\\s*/?>");

    private static final Pattern ATTRIBUTE =
            Pattern.compile("\\s+([^\\s\"'>=/]+)(?:\\s*=\\s*(?:\"([^\"]*)\"|'[^']*'|[^\\s\"'>]+))?");

    @TempDir
    Path folder;

    private TestPages at;
    private String provider = "prv_none";
    private String request = "req_none";

    @BeforeEach
    void start() {
        at = new TestPages(GatewayConfig.embedded(folder));
    }

    @AfterEach
    void stop() {
        at.close();
    }

    @Test
    void whoIsNotSignedInSeesTheFormAlone() {
        Visitor forger = new Visitor("x".repeat(43), "");
        for (Visitor visitor : List.of(Visitor.NOBODY, forger)) {
            for (PageRoute route : ROUTES) {
                String path = path(route, "key_x");
                HttpResponse<String> answer =
                        route.method().equals("POST") ? at.post(visitor, path, Map.of()) : at.get(visitor, path);
                assertThat(answer.statusCode()).as(path).isEqualTo(303);
                assertThat(answer.headers().firstValue("location").orElseThrow())
                        .startsWith("/sign-in");
                assertThat(answer.body()).isEmpty();
            }
        }
        assertThat(at.get(forger, "/ui/keys", "HX-Request", "true").headers().firstValue("hx-redirect"))
                .contains("/sign-in");
    }

    @Test
    void noFormIsTakenWithoutTheTokenOfItsSession() {
        Visitor visitor = at.signedIn(at.root);
        Visitor other = at.signedIn(at.root);
        String id = key("{\"title\":\"k\"}");
        List<String> paths = new ArrayList<>(posts(id));
        paths.add("/sign-out");
        for (String path : paths) {
            for (String token : List.of("", "wrong", other.csrf(), visitor.csrf() + "x")) {
                HttpResponse<String> answer = at.post(visitor.with(token), path, Map.of());
                assertThat(answer.statusCode()).as(path).isEqualTo(403);
                assertThat(answer.body()).contains("not of your session");
            }
            assertThat(at.post(visitor, path, Map.of(), "Sec-Fetch-Site", "cross-site")
                            .statusCode())
                    .as(path)
                    .isEqualTo(403);
        }
        assertThat(at.admin("GET", "/api/v1/keys/" + id, null)).contains("\"status\":\"active\"");
    }

    @Test
    void aReaderIsShownNoFormThatChangesAnythingAndNoneIsTaken() {
        Visitor reader = at.signedIn(at.management("{\"title\":\"r\",\"permissionSet\":\"reader\"}"));
        String issued = at.admin(
                "POST",
                "/api/v1/spaces/default/keys",
                "{\"title\":\"k\",\"budget\":{\"amount\":\"5\",\"period\":\"monthly\"}}");
        String id = TestPages.member(issued, "id");
        somethingToShow(TestPages.member(issued, "secret"));
        for (String path : posts(id)) {
            HttpResponse<String> answer = at.post(reader, path, Map.of("period", "monthly", "unit", "usd"));
            assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(403);
            assertThat(answer.body()).contains("lacks the permission");
        }
        for (PageRoute route : ROUTES) {
            String path = path(route, id);
            if (route.method().equals("GET")) {
                HttpResponse<String> page = at.get(reader, path);
                String html = page.body().replace("<form method=\"post\" action=\"/sign-out\">", "");
                assertThat(html).as(path).doesNotContain("method=\"post\"");
                boolean reads =
                        route.permission().isEmpty() || route.permission().endsWith(".read");
                assertThat(page.statusCode()).as(path).isEqualTo(reads ? 200 : 403);
            }
        }
        assertThat(at.get(reader, "/ui/keys").body()).doesNotContain("Issue a key");
        assertThat(at.admin("GET", "/api/v1/keys/" + id, null)).contains("\"status\":\"active\"");
        assertThat(at.admin("GET", "/api/v1/budgets?scope=key:" + id, null)).contains("\"amount\":\"5\"");
    }

    @Test
    void aKeyWithoutAPermissionIsShownNothingOfIt() {
        key("{\"title\":\"canary-title\",\"owner\":\"canary-owner\"}");
        Visitor validator = at.signedIn(at.management("{\"title\":\"v\",\"permissionSet\":\"validator\"}"));
        String html = at.get(validator, "/").body();
        assertThat(html).contains("may see neither").doesNotContain("/ui/keys", "Budgets", "canary");
        assertThat(at.get(validator, "/ui/keys").statusCode()).isEqualTo(403);
    }

    @Test
    void aKeyOfOneSpaceSeesAndTouchesNothingOfAnother() {
        at.admin("POST", "/api/v1/spaces", "{\"id\":\"acme\"}");
        String issued = at.admin(
                "POST",
                "/api/v1/spaces/default/keys",
                "{\"title\":\"canary-title\",\"owner\":\"canary-owner\",\"budget\":{\"amount\":\"77\",\"period\":\"total\"}}");
        String id = TestPages.member(issued, "id");
        at.admin("PUT", "/api/v1/budgets", "{\"scope\":\"account\",\"period\":\"total\",\"amount\":\"7788\"}");
        somethingToShow(TestPages.member(issued, "secret"));
        assertThat(at.get(at.signedIn(at.root), "/").body()).contains("canary-title", "canary-owner", "7788");
        Visitor acme = at.signedIn(at.management("{\"title\":\"a\",\"permissionSet\":\"admin\",\"space\":\"acme\"}"));
        for (PageRoute route : ROUTES) {
            String path = path(route, id);
            HttpResponse<String> answer =
                    route.method().equals("POST") ? at.post(acme, path, Map.of()) : at.get(acme, path);
            assertThat(answer.body()).as(path).doesNotContain("canary", "7788", "$77");
            if (route.pattern().startsWith("/ui/keys/*")) {
                assertThat(answer.statusCode()).as(path + answer.body()).isIn(404, 422);
            } else if (route.pattern().contains("*")) {
                assertThat(answer.statusCode()).as(path + answer.body()).isIn(403, 404, 422);
            }
        }
        assertThat(at.get(acme, "/ui/keys?space=default").statusCode()).isEqualTo(404);
        assertThat(at.get(acme, "/ui/workspaces?space=default").statusCode()).isEqualTo(404);
        assertThat(at.get(acme, "/").body())
                .contains("/ui/workspaces", "/ui/budgets")
                .doesNotContain("/ui/providers", "/ui/prices", "/ui/events");
        assertThat(at.admin("GET", "/api/v1/spaces/default", null)).contains("\"status\":\"active\"");
        assertThat(at.admin("GET", "/api/v1/keys/" + id, null)).contains("\"status\":\"active\"");
        assertThat(at.admin("GET", "/api/v1/budgets?scope=key:" + id, null)).contains("\"amount\":\"77\"");
    }

    @Test
    void whatUsersWroteIsTextOnEveryPage() {
        List<String> stored = new ArrayList<>();
        String id = "";
        String management = "";
        String secret = "";
        for (String markup : MARKUP) {
            String issued = at.admin("POST", "/api/v1/spaces/default/keys", """
                    {"title":"%s","owner":"%s","tags":["%s"],"externalId":"%s","fields":{"%s":"%s"},
                     "policy":{"allowedModels":["demo-*"]},"budget":{"amount":"5","period":"monthly"}}""".formatted(
                            json(markup, stored),
                            json(markup, stored),
                            json(markup, stored),
                            json(markup, stored),
                            json(markup, stored),
                            json(markup, stored)));
            id = TestPages.member(issued, "id");
            secret = TestPages.member(issued, "secret");
            management =
                    at.management("{\"title\":\"%s\",\"permissionSet\":\"admin\"}".formatted(json(markup, stored)));
            at.admin(
                    "PATCH",
                    "/api/v1/spaces/default/workspaces/default",
                    "{\"title\":\"%s\",\"policy\":{\"deniedModels\":[\"%s\"]}}"
                            .formatted(json(markup, stored), json(markup, stored)));
            at.admin(
                    "PUT",
                    "/api/v1/prices",
                    "{\"provider\":\"ours\",\"model\":\"%s\",\"inputPerMillion\":\"1\",\"outputPerMillion\":\"1\"}"
                            .formatted(json(markup, stored)));
            at.admin(
                    "POST",
                    "/api/v1/spaces",
                    "{\"id\":\"s%d\",\"title\":\"%s\"}".formatted(stored.size(), json(markup, stored)));
        }
        somethingToShow(secret);
        Visitor visitor = at.signedIn(management);
        int shown = 0;
        for (PageRoute route : ROUTES) {
            for (String query : List.of(
                    "",
                    "?q=Q&owner=Q&tag=Q&workspace=Q&parent=Q&space=default&done=Q",
                    "?model=Q&provider=Q&key=Q&outcome=Q")) {
                String path = path(route, id) + query.replace("Q", TestPages.encoded(MARKUP.get(1)));
                HttpResponse<String> page = route.method().equals("POST")
                        ? at.post(visitor, path, fields(MARKUP.get(1)))
                        : at.get(visitor, path);
                for (String text : stored) {
                    assertThat(text.contains("<") && page.body().contains(text))
                            .as(path + " " + text)
                            .isFalse();
                }
                assertThat(page.body()).as(path).doesNotContain(MARKUP.get(1));
                nothingRuns(page.body(), path);
                shown += page.body().contains("&lt;") ? 1 : 0;
            }
        }
        assertThat(shown).as("pages that show some of it").isGreaterThan(9);
    }

    /** No tag has an attribute that runs something, whatever of the text was taken for one. */
    private static void nothingRuns(String html, String path) {
        Matcher tag = TAG.matcher(html);
        while (tag.find()) {
            Matcher attribute = ATTRIBUTE.matcher(tag.group(2));
            while (attribute.find()) {
                assertThat(attribute.group(1)).as(path + tag.group()).doesNotStartWith("on");
                assertThat(String.valueOf(attribute.group(2)))
                        .as(path + tag.group())
                        .doesNotStartWith(attribute.group(1).equals("href") ? "javascript" : "\0");
            }
        }
    }

    @Test
    void everyAnswerHasAStrictPolicyAndNeedsNoneThatIsWeaker() {
        String id = key("{\"title\":\"k\",\"budget\":{\"amount\":\"5\",\"period\":\"monthly\"}}");
        Visitor visitor = at.signedIn(at.root);
        List<HttpResponse<String>> answers = new ArrayList<>();
        for (PageRoute route : ROUTES) {
            answers.add(
                    route.method().equals("POST")
                            ? at.post(visitor, path(route, id), Map.of())
                            : at.get(visitor, path(route, id)));
        }
        answers.add(at.get(Visitor.NOBODY, "/sign-in"));
        answers.add(at.get(visitor, "/ui/nothing"));
        answers.add(at.signIn("wrong"));
        assertThat(answers).extracting(HttpResponse::statusCode).doesNotContain(500, 503);
        for (HttpResponse<String> answer : answers) {
            String path = answer.uri().getPath();
            assertThat(answer.headers().firstValue("content-security-policy"))
                    .as(path)
                    .contains("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                            + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
            assertThat(answer.headers().firstValue("x-content-type-options")).contains("nosniff");
            assertThat(answer.headers().firstValue("referrer-policy")).contains("same-origin");
            assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
            assertThat(answer.body())
                    .as(path)
                    .doesNotContainPattern("<script(?![^>]* src=\"/assets/)")
                    .doesNotContainPattern("(?i)<[^>]*\\s(style|on[a-z]+)\\s*=")
                    .doesNotContainPattern("(?i)<(style|base|iframe)\\b")
                    .doesNotContain("http://", "https://", "hx-on", "hx-vals", "javascript:");
        }
    }

    @Test
    void assetsAreOursAndKeptForEverUnderThePathOfWhatTheyAre() {
        String html = at.get(Visitor.NOBODY, "/sign-in").body();
        Matcher asset = Pattern.compile("(?:src|href)=\"(/assets/[^\"]+)\"").matcher(html);
        int found = 0;
        while (asset.find()) {
            HttpResponse<String> answer = at.get(Visitor.NOBODY, asset.group(1));
            assertThat(answer.statusCode()).as(asset.group(1)).isEqualTo(200);
            assertThat(answer.headers().firstValue("cache-control").orElseThrow())
                    .contains("immutable");
            String tag = answer.headers().firstValue("etag").orElseThrow();
            assertThat(at.get(Visitor.NOBODY, asset.group(1), "If-None-Match", tag)
                            .statusCode())
                    .isEqualTo(304);
            found++;
        }
        assertThat(found).isGreaterThan(4);
        assertThat(at.get(Visitor.NOBODY, "/assets/0/keymesh.css").statusCode()).isEqualTo(404);
        assertThat(at.get(Visitor.NOBODY, "/assets/../../keymesh.db").statusCode())
                .isBetween(400, 404);
    }

    @Test
    void whatIsNoFormIsRefusedAndNamed() {
        Visitor visitor = at.signedIn(at.root);
        assertThat(at.post(visitor, "/ui/keys/new", Map.of("title", "x".repeat(300_000)))
                        .statusCode())
                .isEqualTo(413);
        assertThatThrownBy(() -> Form.parse("q=%zz")).isInstanceOf(Refused.class);
        assertThat(at.get(visitor, "/ui/keys?cursor=none").body()).contains("cursor");
        assertThat(at.get(visitor, "/ui/nothing").statusCode()).isEqualTo(404);
        assertThat(at.get(visitor, "/ui/keys/key_nothing").statusCode()).isEqualTo(404);
    }

    private String key(String body) {
        return TestPages.member(at.admin("POST", "/api/v1/spaces/default/keys", body), "id");
    }

    private List<String> posts(String id) {
        List<String> paths = ROUTES.stream()
                .filter(route -> route.method().equals("POST"))
                .map(route -> path(route, id))
                .toList();
        assertThat(paths).hasSizeGreaterThan(4);
        return paths;
    }

    /** A path that there is: of the key, or of what every installation has. */
    private String path(PageRoute route, String key) {
        String pattern = route.pattern();
        String id = pattern.startsWith("/ui/keys/")
                ? key
                : pattern.startsWith("/ui/providers/")
                        ? provider
                        : pattern.startsWith("/ui/requests/") ? request : "default";
        return pattern.replace("*", id);
    }

    /** Makes what the pages of one request and of one provider show; no more calls are answered after it. */
    private void somethingToShow(String secret) {
        assertThat(at.call(secret)).isEqualTo(200);
        request = TestPages.member(at.admin("GET", "/api/v1/requests?limit=1", null), "id");
        provider = TestPages.member(
                at.admin(
                        "POST",
                        "/api/v1/providers",
                        "{\"name\":\"ours\",\"kind\":\"openai\",\"baseUrl\":\"http://127.0.0.1:1/v1\",\"credential\":\"sk-canary-secret\"}"),
                "id");
    }

    /** Every field that a form of ours has. */
    private static Map<String, String> fields(String value) {
        Map<String, String> fields = new HashMap<>();
        for (String name : List.of(
                "title",
                "workspace",
                "owner",
                "tags",
                "externalId",
                "ends",
                "fields",
                "amount",
                "period",
                "once",
                "allowedModels",
                "toolAllowlist",
                "unit",
                "provider",
                "model",
                "id",
                "name",
                "next",
                "scope",
                "thresholds",
                "kind",
                "baseUrl",
                "credential",
                "input",
                "cached",
                "output",
                "environment",
                "version",
                "deniedModels",
                "deniedTools",
                "maxOutputTokens",
                "defaultMaxOutputTokens",
                "modalities",
                "allowedModalities",
                "ipAllowlist",
                "windows",
                "key",
                "tool")) {
            fields.put(name, value);
        }
        return fields;
    }

    /** The markup with a number of its own, as a JSON string's content. */
    private static String json(String markup, List<String> stored) {
        String text = markup.replace("N", Integer.toString(1_000 + stored.size()));
        stored.add(text);
        return text.replace("\"", "\\\"");
    }
}
