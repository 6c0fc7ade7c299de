package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The switch that stops a space: its keys are refused at once, and what runs ends. */
class StopSwitchTest {
    private static final String SPACE = "/api/v1/spaces/default";

    private TestGateway at;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        at = new TestGateway(folder);
    }

    @AfterEach
    void stop() {
        at.close();
    }

    @Test
    void everyKeyOfTheSpaceIsRefusedUntilItIsEnabledAndNoOther() {
        TestGateway.Key key = at.issue("1.00");
        String child = TestGateway.member(
                at.send("POST", "/api/v1/keys/" + key.id() + "/children", key.secret(), "{\"title\":\"c\"}")
                        .body(),
                "secret");
        at.admin("POST", "/api/v1/spaces", "{\"id\":\"other\"}");
        String other = TestGateway.member(at.admin("POST", "/api/v1/spaces/other/keys", "{\"title\":\"o\"}"), "secret");

        assertThat(at.admin("POST", SPACE + "/disable", "{}")).contains("\"status\":\"disabled\"");
        for (String secret : new String[] {key.secret(), child}) {
            HttpResponse<String> refused = at.chat(secret, TestGateway.body(1, ""));
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.body()).contains("\"code\":\"space_disabled\"", "invalid_request_error", "default");
            assertThat(refused.headers().firstValue("x-should-retry")).contains("false");
            HttpResponse<String> messages = at.exchange(messages(secret), HttpResponse.BodyHandlers.ofString());
            assertThat(messages.statusCode()).isEqualTo(401);
            assertThat(messages.body()).contains("authentication_error", "space_disabled");
            assertThat(at.send("GET", "/api/v1/self", secret, null).statusCode())
                    .isEqualTo(401);
            assertThat(validated(secret)).contains("\"valid\":false", "\"code\":\"SPACE_DISABLED\"");
            assertThat(at.admin("POST", "/api/v1/keys/check", "{\"key\":\"" + secret + "\"}"))
                    .contains("\"allowed\":false", "space.disabled");
        }
        assertThat(at.chat(other, TestGateway.body(1, "")).statusCode()).isEqualTo(200);
        at.admin("POST", SPACE + "/disable", null);
        assertThat(at.admin("GET", SPACE, null)).contains("\"disabledAt\":\"");

        assertThat(at.admin("POST", SPACE + "/enable", null)).contains("\"status\":\"active\"", "\"disabledAt\":null");
        assertThat(at.chat(child, TestGateway.body(1, "")).statusCode()).isEqualTo(200);
        assertThat(validated(key.secret())).contains("\"code\":\"VALID\"");
        assertThat(at.admin("GET", "/api/v1/events", null)).contains("spaces.write", "space:default");
    }

    @Test
    void whatIsSaidOfAKeyItselfGoesBeforeItsSpace() {
        TestGateway.Key revoked = at.issue("1.00");
        TestGateway.Key disabled = at.issue("1.00");
        at.admin("POST", "/api/v1/keys/" + revoked.id() + "/revoke", null);
        at.admin("POST", "/api/v1/keys/" + disabled.id() + "/disable", null);
        at.admin("POST", SPACE + "/disable", null);
        assertThat(validated(revoked.secret())).contains("\"code\":\"REVOKED\"");
        assertThat(validated(disabled.secret())).contains("\"code\":\"DISABLED\"");
        assertThat(at.chat(revoked.secret(), TestGateway.body(1, "")).body()).contains("key_revoked");
    }

    @Test
    void aRunningStreamEndsWithTheVendorsErrorEventAndHoldsNothing() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        var answer = at.exchange(
                at.request(key.secret(), TestGateway.body(2_000, ",\"stream\":true")),
                HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(reader.readLine()).startsWith("data: {\"choices\"");
            at.admin("POST", SPACE + "/disable", null);
            String last = "";
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                last = line.isEmpty() ? last : line;
            }
            assertThat(last).contains("\"code\":\"space_disabled\"");
        }
        assertThat(at.budget(key)).contains("\"held\":\"0\"");
    }

    @Test
    void aSpaceThatIsStoppedStaysSoAfterARestart() throws Exception {
        TestGateway.Key key = at.issue("1.00");
        at.admin("POST", SPACE + "/disable", null);
        at.gateway.close();
        try (Gateway again = Gateway.open(GatewayConfig.embedded(folder), java.time.InstantSource.system())) {
            assertThat(dev.keymesh.sdk.Keymesh.over(again.transport())
                            .with(at.root)
                            .spaces()
                            .keys()
                            .validate(key.secret())
                            .code())
                    .isEqualTo("SPACE_DISABLED");
        }
    }

    private String validated(String secret) {
        return at.admin("POST", "/api/v1/keys/validate", "{\"key\":\"" + secret + "\"}");
    }

    private HttpRequest messages(String secret) {
        return HttpRequest.newBuilder(URI.create(at.address() + "/v1/messages"))
                .header("x-api-key", secret)
                .header("anthropic-version", "2023-06-01")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(TestGateway.body(1, "")))
                .build();
    }
}
