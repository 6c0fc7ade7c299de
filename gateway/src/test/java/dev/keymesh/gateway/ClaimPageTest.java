package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The link by which a new key's secret is shown once. */
class ClaimPageTest {
    private static final String BULK = "/api/v1/spaces/default/keys/bulk";

    private volatile Duration ahead = Duration.ZERO;
    private TestGateway at;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        TestGateway first = new TestGateway(folder);
        first.gateway.close();
        InstantSource clock = () -> InstantSource.system().instant().plus(ahead);
        at = new TestGateway(GatewayConfig.embedded(folder), first, clock);
    }

    @AfterEach
    void stop() {
        at.close();
    }

    @Test
    void looksCostNothingAndTheFirstPressOfTheButtonAloneShowsTheSecret() throws Exception {
        String link = link("<b>Ana & \"co\"</b>", "");
        assertThat(link).startsWith(at.address() + "/claim/");
        for (int look = 0; look < 3; look++) {
            HttpResponse<String> page = page("GET", link);
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body())
                    .contains("&lt;b&gt;Ana &amp; &quot;co&quot;&lt;/b&gt;", "<form method=\"post\">")
                    .doesNotContain("km-", "<b>Ana");
        }
        assertThat(page("HEAD", link).statusCode()).isEqualTo(200);
        assertThat(sealed()).isEqualTo(1);

        HttpResponse<String> shown = page("POST", link);
        String secret = shown.body().replaceAll("(?s).*<code>(km-[^<]+)</code>.*", "$1");
        assertThat(at.chat(secret, TestGateway.body(1, "")).statusCode()).isEqualTo(200);
        assertThat(sealed()).isZero();
        for (String method : new String[] {"GET", "POST"}) {
            HttpResponse<String> used = page(method, link);
            assertThat(used.statusCode()).isEqualTo(410);
            assertThat(used.body()).contains("was used", "revoked").doesNotContain("km-");
        }
        assertThat(at.admin("GET", "/api/v1/events", null)).contains("key.claimed", "\"person\"");
        assertThat(page("DELETE", link).statusCode()).isEqualTo(405);
    }

    @Test
    void thePageIsKeptNowhereAndMayDoNothing() throws Exception {
        String link = link("k", "");
        for (HttpResponse<String> page : List.of(page("GET", link), page("POST", link), page("GET", link))) {
            assertThat(page.headers().firstValue("cache-control")).contains("no-store");
            assertThat(page.headers().firstValue("referrer-policy")).contains("no-referrer");
            assertThat(page.headers().firstValue("content-security-policy").orElse(""))
                    .startsWith("default-src 'none'; style-src 'sha256-")
                    .contains("frame-ancestors 'none'")
                    .doesNotContain("unsafe", "script");
        }
    }

    @Test
    void ofManyThatPressAtOnceOneIsShownTheSecret() throws Exception {
        String link = link("k", "");
        AtomicInteger shown = new AtomicInteger();
        AtomicInteger gone = new AtomicInteger();
        TestGateway.together(12, () -> {
            HttpResponse<String> page = page("POST", link);
            (page.body().contains("<code>km-") ? shown : page.statusCode() == 410 ? gone : new AtomicInteger())
                    .incrementAndGet();
        });
        assertThat(shown).hasValue(1);
        assertThat(gone).hasValue(11);
        assertThat(at.admin("GET", "/api/v1/events", null).split("key.claimed", -1))
                .as("told once")
                .hasSize(2);
    }

    @Test
    void aLinkEndsAndSoDoesOneOfARevokedKeyAndOneThatNeverWas() throws Exception {
        String link = link("k", ",\"claimExpiresIn\":\"PT1H\"");
        String revoked = link("r", ",\"claimExpiresIn\":\"PT3H\"");
        ahead = Duration.ofMinutes(59);
        assertThat(page("GET", link).statusCode()).isEqualTo(200);
        ahead = Duration.ofMinutes(61);
        assertThat(page("GET", link).body()).contains("has ended");
        assertThat(page("POST", link).statusCode()).isEqualTo(410);
        String id = TestGateway.member(at.admin("GET", "/api/v1/spaces/default/keys?q=r", null), "id");
        at.admin("POST", "/api/v1/keys/" + id + "/revoke", null);
        assertThat(page("POST", revoked).body()).contains("was revoked").doesNotContain("km-");
        for (String bad :
                new String[] {"", "x", "%3Cscript%3E", link.substring(link.length() - 60, link.length() - 1)}) {
            assertThat(page("GET", at.address() + "/claim/" + bad).statusCode())
                    .as(bad)
                    .isEqualTo(410);
        }
    }

    private String link(String title, String more) {
        String body = "{\"keys\":[{\"title\":" + quoted(title) + "}],\"deliver\":\"claim\"" + more + "}";
        String answer = at.admin("POST", BULK, body);
        assertThat(answer).contains("\"secret\":null", "\"claimExpiresAt\":\"");
        return TestGateway.member(answer, "claimUrl");
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\"", "\\\"") + "\"";
    }

    private HttpResponse<String> page(String method, String url) {
        return at.exchange(
                HttpRequest.newBuilder(URI.create(url))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Secrets that are kept for links. */
    private int sealed() throws Exception {
        assertThat(Files.exists(folder.resolve("keymesh.db"))).isTrue();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("keymesh.db"));
                var rows = connection
                        .createStatement()
                        .executeQuery("SELECT COUNT(*), MAX(secret) FROM claim WHERE secret IS NOT NULL")) {
            rows.next();
            String kept = rows.getString(2);
            assertThat(kept == null || !kept.contains("km-")).isTrue();
            return rows.getInt(1);
        }
    }
}
