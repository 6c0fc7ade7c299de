package dev.keymesh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.gateway.Gateway;
import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.store.Durability;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log as the program configures it, with every level turned up. */
class LogTest {
    private static final String ROOT = "canary-of-the-root-key-without-a-prefix";
    private static final String CREDENTIAL = "sk-canary-of-the-provider-0123456789";

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final PrintStream standardError = System.err;

    @TempDir
    private Path folder;

    @BeforeEach
    void turnUp() throws IOException {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (InputStream ours = Main.class.getResourceAsStream("logging.properties")) {
            String loud = new String(ours.readAllBytes(), StandardCharsets.UTF_8)
                    .replace(".level=WARNING", ".level=ALL")
                    .replace("dev.keymesh.level=INFO", "dev.keymesh.level=ALL");
            assertThat(loud).doesNotContain("level=INFO", "level=WARNING");
            LogManager.getLogManager()
                    .readConfiguration(new ByteArrayInputStream(loud.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @AfterEach
    void turnDown() throws IOException {
        System.setErr(standardError);
        LogManager.getLogManager().readConfiguration();
    }

    @Test
    void noCredentialOfARequestIsLoggedAtTheFinestLevel() throws Exception {
        GatewayConfig config = new GatewayConfig(
                folder, "127.0.0.1", 0, null, Durability.PROCESS, null, ROOT, GatewayConfig.IDLE_TIMEOUT);
        Logger.getLogger("dev.keymesh.test").finest("the finest level is on");
        String secret;
        try (Gateway gateway = Gateway.open(config, InstantSource.system())) {
            String address = "http://127.0.0.1:" + gateway.port();
            String issued = post(address + "/api/v1/spaces/default/keys", "Authorization", "Bearer " + ROOT, """
                    {"title":"k"}""");
            int at = issued.indexOf("\"secret\":\"") + 10;
            secret = issued.substring(at, issued.indexOf('"', at));
            String call = "{\"model\":\"demo-small\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
            assertThat(post(address + "/v1/chat/completions", "Authorization", "Bearer " + secret, call))
                    .contains("chat.completion");
            post(address + "/v1/messages", "x-api-key", secret, "{");
            post(address + "/api/v1/providers", "Authorization", "Bearer " + ROOT, """
                    {"name":"p","kind":"openai","credential":"%s"}""".formatted(CREDENTIAL));
            assertThat(Logger.getLogger("org.eclipse.jetty.server.Server").isLoggable(Level.FINEST))
                    .isTrue();
        }
        assertThat(secret).startsWith("km-");
        assertThat(logged())
                .contains("the finest level is on")
                .doesNotContainPattern("FINE\\w* org\\.eclipse\\.jetty")
                .doesNotContain(ROOT, ROOT.substring(10), CREDENTIAL, CREDENTIAL.substring(10))
                .doesNotContain(secret, secret.substring(20), secret.substring(0, 20));
    }

    @Test
    void whatLooksLikeACredentialIsBlackedOutInEveryLineAndItsStackTrace() {
        Logger ours = Logger.getLogger("dev.keymesh.test");
        ours.log(Level.INFO, "sent km-canary1 and Authorization: Bearer canary2", new IOException("x-api-key=canary3"));
        ours.log(Level.FINEST, "'kma-canary4' [sk-canary5] \"Bearer canary6\"");
        assertThat(logged())
                .contains("sent km-*** and Authorization: Bearer ***", "x-api-key=***", "'kma-***' [sk-***]")
                .doesNotContain("canary");
    }

    @Test
    void aMessageIsOneLineWhateverItQuotesAndAStackTraceKeepsItsOwn() {
        Logger ours = Logger.getLogger("dev.keymesh.test");
        ours.log(Level.INFO, "of {0}", "a\n2026 FORGED\r1\u00852\u20283\u001b[1A\nkm-canary7 Bearer\ncanary8");
        assertThat(logged()).endsWith("of a 2026 FORGED 1 2 3 [1A km-*** Bearer ***" + System.lineSeparator());
        assertThat(logged().lines()).hasSize(1);
        ours.log(Level.INFO, "with a trace", new IOException("why"));
        assertThat(logged().lines())
                .anyMatch(line -> line.equals("java.io.IOException: why"))
                .anyMatch(line -> line.startsWith("\tat "));
    }

    @Test
    void aLineOfJsonIsOneObjectWithTheRequestItNamesAndNoCredential() {
        LogFormat.of("json").use();
        Logger ours = Logger.getLogger("dev.keymesh.test");
        ours.log(
                Level.SEVERE,
                "Call req_0123abc \"quoted\" \\ \u2028 said km-canary1\nnext",
                new IOException("Authorization: Bearer canary2"));
        ours.log(Level.WARNING, "of no request");
        ours.log(Level.FINE, "\ud800 alone");
        List<JsonObject> lines = logged().lines().map(LogTest::json).toList();
        assertThat(lines).hasSize(3);
        JsonObject first = lines.getFirst();
        assertThat(first.getString("level")).isEqualTo("ERROR");
        assertThat(first.getString("logger")).isEqualTo("dev.keymesh.test");
        assertThat(first.getString("requestId")).isEqualTo("req_0123abc");
        assertThat(first.getString("message")).isEqualTo("Call req_0123abc \"quoted\" \\   said km-*** next");
        assertThat(first.getString("error")).startsWith("java.io.IOException: Authorization: Bearer ***\n\tat ");
        assertThat(Instant.parse(first.getString("time"))).isBeforeOrEqualTo(Instant.now());
        assertThat(lines.get(1).getString("level")).isEqualTo("WARN");
        assertThat(lines.get(1)).doesNotContainKeys("requestId", "error");
        assertThat(lines.get(2).getString("level")).isEqualTo("DEBUG");
        assertThat(logged()).doesNotContain("canary");
    }

    @Test
    void aFormatThatIsNotKnownIsToldWithBothThatAre() {
        assertThatThrownBy(() -> LogFormat.of("xml")).hasMessageContaining("text or json");
    }

    private static JsonObject json(String line) {
        try (JsonReader reader = Json.createReader(new StringReader(line))) {
            return reader.readObject();
        }
    }

    private String logged() {
        return log.toString(StandardCharsets.UTF_8);
    }

    private static String post(String url, String header, String value, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header(header, value)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }
}
