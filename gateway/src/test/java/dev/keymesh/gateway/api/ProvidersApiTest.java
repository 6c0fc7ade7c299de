package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProvidersApiTest extends OnTestApi {
    private static final String PATH = "/api/v1/providers";

    @Test
    void theCredentialGoesInAndNeverComesOut() {
        String made = create("openai");
        assertThat(made).contains("\"hint\":\"...7890\"", "\"baseUrl\":\"https://api.openai.com/v1\"");
        String id = TestApi.member(made, "id");
        String rotated = at.admin("POST", PATH + "/" + id + "/rotate", "{\"credential\":\"canary-fresh-0987654321\"}");
        assertThat(rotated).contains("\"hint\":\"...4321\"");
        String kept = at.admin("PATCH", PATH + "/" + id, "{\"enabled\":false}");
        assertThat(kept).contains("\"hint\":\"...4321\"", "\"enabled\":false");
        String events = at.admin("GET", "/api/v1/events", null);
        assertThat(events).contains("providers.write", id);
        for (String answer : new String[] {
            made, rotated, kept, events, at.admin("GET", PATH, null), at.admin("GET", PATH + "/" + id, null)
        }) {
            assertThat(answer).doesNotContain("canary");
        }
        at.refused(422, "\"pointer\":\"/credential\"", "POST", PATH + "/" + id + "/rotate", "{}");
    }

    @Test
    void aNameIsOnesOwnWhenItIsGivenAndWhenItIsChanged() {
        create("openai");
        at.refused(409, "already", "POST", PATH, body("openai", "openai", "https://api.openai.com/v1"));
        String other = TestApi.member(create("other"), "id");
        at.refused(409, "already", "PATCH", PATH + "/" + other, "{\"name\":\"openai\"}");
        at.refused(422, "\"pointer\":\"/name\"", "PATCH", PATH + "/" + other, "{\"name\":null}");
        assertThat(at.admin("GET", PATH + "/" + other, null)).contains("\"name\":\"other\"");
    }

    @Test
    void aBaseUrlIsRefusedWithTheReason() {
        for (String url : new String[] {
            "https://api.openai.com",
            "https://api.openai.com/v1/",
            "https://user@api.openai.com/v1",
            "https://api.openai.com/v1?a=b",
            "https://api.openai.com/v1#x",
            "ftp://api.openai.com/v1",
            "http://169.254.169.254/v1",
            "http://[::ffff:169.254.169.254]/v1",
            "http://[fe80::1]/v1",
            "http://[fd00:ec2::254]/v1",
            "http://metadata.google.internal/v1",
            "http://METADATA.google.internal./v1",
            "http://100.100.100.200/v1",
            "http://2852039166/v1",
            "http://0.0.0.0/v1"
        }) {
            at.refused(422, "\"pointer\":\"/baseUrl\"", "POST", PATH, body("p", "openai", url));
        }
        at.refused(422, "/baseUrl", "POST", PATH, body("p", "anthropic", "https://api.anthropic.com/v1"));
        at.refused(422, "not served yet", "POST", PATH, body("p", "gemini", "https://example.com"));
        at.admin("POST", PATH, body("local", "openai-compatible", "http://127.0.0.1:11434/v1"));
    }

    @Test
    void aListPagesNewestFirst() {
        for (String name : new String[] {"a", "b", "c"}) {
            create(name);
        }
        String first = at.admin("GET", PATH + "?limit=2", null);
        assertThat(first)
                .contains("\"name\":\"c\"", "\"name\":\"b\"", "\"hasMore\":true")
                .doesNotContain("\"name\":\"a\"");
        String rest = at.admin("GET", PATH + "?limit=2&cursor=" + TestApi.member(first, "nextCursor"), null);
        assertThat(rest).contains("\"name\":\"a\"", "\"hasMore\":false").doesNotContain("\"name\":\"b\"");
        at.refused(400, "limit", "GET", PATH + "?limit=0", null);
        at.refused(400, "not known here", "GET", PATH + "?nme=a", null);
        at.refused(404, "not_found", "GET", PATH + "/prv_nobody", null);
    }

    private String create(String name) {
        return at.admin("POST", PATH, body(name, "openai", "https://api.openai.com/v1"));
    }

    private static String body(String name, String kind, String url) {
        return "{\"name\":\"" + name + "\",\"kind\":\"" + kind + "\",\"baseUrl\":\"" + url
                + "\",\"credential\":\"canary-credential-1234567890\"}";
    }
}
