package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.gateway.http.Edge;
import dev.keymesh.gateway.http.Mount;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A caller's address is the one that a trusted proxy saw, and none that the caller wrote. */
class TrustedProxiesTest {
    private static final String CALLER = "203.0.113.7";
    private static final String OTHER = "198.51.100.1";

    @TempDir
    private Path folder;

    @Test
    void theLastAddressThatIsNoTrustedProxyIsTheCallers() throws Exception {
        try (Gateway gateway = open("127.0.0.1", "10.0.0.0/8", "2001:db8::/32")) {
            expect(gateway, "127.0.0.1 plain");
            expect(gateway, CALLER + " plain", "X-Forwarded-For", CALLER);
            expect(gateway, CALLER + " plain", "X-Forwarded-For", OTHER + ", " + CALLER);
            expect(gateway, CALLER + " plain", "X-Forwarded-For", OTHER, "X-Forwarded-For", CALLER);
            expect(gateway, CALLER + " plain", "X-Forwarded-For", CALLER + ", 10.1.2.3,127.0.0.1");
            expect(gateway, CALLER + " plain", "X-Forwarded-For", "not an address, " + CALLER);
            expect(gateway, CALLER + " plain", "X-Forwarded-For", "\"an open quote, " + CALLER);
            expect(gateway, CALLER + " plain", "X-Forwarded-For", CALLER + ":4711");
            expect(gateway, CALLER + " plain", "X-Forwarded-For", "[2001:db8::1]:80, ::ffff:" + CALLER);
            expect(
                    gateway,
                    "2001:db9:0:0:0:0:0:1 plain",
                    "X-Forwarded-For",
                    CALLER + ", [2001:db9::1]:80, 2001:db8::2");
            // All of them trusted: the first of the chain is a machine of one's own that calls.
            expect(gateway, "10.0.0.9 plain", "X-Forwarded-For", "10.0.0.9, 10.0.0.1");
        }
    }

    @Test
    void whatIsNoAddressLeavesThePeer() throws Exception {
        try (Gateway gateway = open("127.0.0.1")) {
            for (String bad : List.of(
                    CALLER + ", localhost",
                    CALLER + ", unknown",
                    CALLER + ", 1",
                    CALLER + ", 256.0.0.1",
                    CALLER + ", [::1",
                    CALLER + ", fe80::1%1",
                    CALLER + ", 203.0.113.7:x")) {
                expect(gateway, "127.0.0.1 plain", "X-Forwarded-For", bad);
            }
            expect(gateway, "127.0.0.1 plain", "Forwarded", "for=" + CALLER);
        }
    }

    @Test
    void aPeerThatIsNoTrustedProxyIsBelievedNothing() throws Exception {
        try (Gateway gateway = open("10.0.0.0/8")) {
            expect(gateway, "127.0.0.1 plain", "X-Forwarded-For", CALLER, "X-Forwarded-Proto", "https");
        }
    }

    @Test
    void theNearestProxySaysWhetherTheCallersConnectionWasSecure() throws Exception {
        try (Gateway gateway = open("127.0.0.1")) {
            expect(gateway, "127.0.0.1 https", "X-Forwarded-Proto", "https");
            expect(gateway, "127.0.0.1 https", "X-Forwarded-Proto", "http, https");
            expect(gateway, "127.0.0.1 plain", "X-Forwarded-Proto", "https, http");
        }
    }

    @Test
    void anIpAllowlistJudgesTheCallersAddressOnTheModelPathAndNotByWhatTheCallerWrote() {
        GatewayConfig config =
                GatewayConfig.embedded(folder).behind(new Edge(null, List.of("127.0.0.1"), Edge.Drain.AT_ONCE));
        try (TestGateway at = new TestGateway(config)) {
            String key = allowedFrom(at, "203.0.113.0/24");
            assertThat(status(at, key, CALLER)).isEqualTo(200);
            assertThat(status(at, key, CALLER + ", " + OTHER)).isEqualTo(403);
            assertThat(status(at, key, CALLER + ", x")).isEqualTo(403);
            // Whoever asks the REST API about a key says the address of its caller in the body.
            String stated = validate(at, key, ",\"context\":{\"ip\":\"" + CALLER + "\"}", OTHER);
            assertThat(stated).contains("\"valid\":true");
            assertThat(validate(at, key, ",\"context\":{\"ip\":\"" + OTHER + "\"}", CALLER))
                    .contains("\"valid\":false");
            assertThat(validate(at, key, "", CALLER)).contains("\"valid\":false");
        }
    }

    @Test
    void withoutTrustedProxiesNoHeaderChangesTheAddress() {
        try (TestGateway at = new TestGateway(folder)) {
            assertThat(status(at, allowedFrom(at, "203.0.113.0/24"), CALLER)).isEqualTo(403);
            assertThat(status(at, allowedFrom(at, "127.0.0.1"), CALLER)).isEqualTo(200);
        }
    }

    @Test
    void whatIsNoRangeStopsTheStart() {
        assertThatThrownBy(() -> open("10.0.0.0/8", "proxy.example"))
                .hasMessageContaining("trustedProxies: 'proxy.example'");
    }

    private static String allowedFrom(TestGateway at, String range) {
        return TestGateway.member(
                at.admin(
                        "POST",
                        "/api/v1/spaces/default/keys",
                        "{\"title\":\"t\",\"uses\":[\"gateway\",\"validation\"],\"policy\":{\"ipAllowlist\":[\"" + range
                                + "\"]}}"),
                "secret");
    }

    private static int status(TestGateway at, String key, String forwardedFor) {
        return at.send("POST", "/v1/chat/completions", key, TestGateway.body(1, ""), "X-Forwarded-For", forwardedFor)
                .statusCode();
    }

    private static String validate(TestGateway at, String key, String context, String forwardedFor) {
        return at.admin(
                "POST",
                "/api/v1/keys/validate",
                "{\"key\":\"" + key + "\"" + context + "}",
                "X-Forwarded-For",
                forwardedFor);
    }

    private Gateway open(String... trusted) throws Exception {
        GatewayConfig config =
                GatewayConfig.embedded(folder).behind(new Edge(null, List.of(trusted), Edge.Drain.AT_ONCE));
        return Gateway.open(config, InstantSource.system(), (rest, address) -> new Teller());
    }

    private static void expect(Gateway gateway, String told, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway.address() + "/mcp"));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(request.build(), HttpResponse.BodyHandlers.ofString())
                            .body())
                    .as(List.of(headers).toString())
                    .isEqualTo(told);
        }
    }

    /** Tells a caller as whom it is seen. */
    private static final class Teller implements Mount.Mounted {
        @Override
        public void handle(Request request, Response response, Callback callback) {
            boolean secure =
                    request.isSecure() && request.getHttpURI().getScheme().equals("https");
            String told = Request.getRemoteAddr(request).replaceAll("[\\[\\]]", "") + (secure ? " https" : " plain");
            Content.Sink.write(response, true, told, callback);
        }

        @Override
        public void close() {}
    }
}
