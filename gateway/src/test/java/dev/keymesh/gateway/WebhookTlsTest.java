package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.alert.AlertSettings;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks to receivers over TLS, by what the process trusts: the JDK's store, or the one that its options name. */
class WebhookTlsTest {
    private static final String ENDPOINTS = "/api/v1/webhook-endpoints";
    private static final String PASSWORD = "not-secret";
    private static final List<String> OPTIONS =
            List.of("javax.net.ssl.trustStore", "javax.net.ssl.trustStorePassword", "javax.net.ssl.trustStoreType");

    private final Map<String, @Nullable String> before = new TreeMap<>();

    @TempDir
    private Path folder;

    private Receiver receiver;

    @BeforeEach
    void start() throws Exception {
        OPTIONS.forEach(option -> before.put(option, System.getProperty(option)));
        TestPem.of(folder, "EC", "hooks");
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store(), PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        receiver = new Receiver(tls);
    }

    @AfterEach
    void stop() {
        receiver.close();
        before.forEach(WebhookTlsTest::option);
    }

    private static void option(String name, @Nullable String value) {
        if (value == null) {
            System.clearProperty(name);
        } else {
            System.setProperty(name, value);
        }
    }

    private KeyStore store() throws Exception {
        return KeyStore.getInstance(folder.resolve("hooks.p12").toFile(), PASSWORD.toCharArray());
    }

    private void trustTheReceiver() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("hooks", store().getCertificate("it"));
        Path file = folder.resolve("trusted.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        option(OPTIONS.get(0), file.toString());
        option(OPTIONS.get(1), PASSWORD);
        option(OPTIONS.get(2), "PKCS12");
    }

    /** What the log of deliveries says once the first attempt has ended. */
    private String delivered() throws InterruptedException {
        try (TestGateway at = new TestGateway(
                GatewayConfig.embedded(folder.resolve("data")).alerting(new AlertSettings(true, null)),
                InstantSource.system())) {
            String url = receiver.url("/hook");
            String endpoint = TestGateway.member(
                    at.admin("POST", ENDPOINTS, "{\"url\":\"" + url + "\",\"events\":[\"keys.revoke\"]}"), "id");
            at.admin("POST", "/api/v1/keys/" + at.issue("1.00").id() + "/revoke", "{}");
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (true) {
                String log = at.admin("GET", ENDPOINTS + "/" + endpoint + "/deliveries", null);
                if (log.contains("\"status\":\"delivered\"") || log.contains("The ")) {
                    return log;
                }
                assertThat(System.nanoTime()).as(log).isLessThan(deadline);
                Thread.sleep(20);
            }
        }
    }

    @Test
    void aCertificateThatIsNotTrustedGetsNothingAndTheLogSaysWhy() throws Exception {
        assertThat(delivered())
                .contains("The receiver's TLS certificate is not trusted here, or not made for its host.")
                .doesNotContain("\"status\":\"delivered\"");
        assertThat(receiver.messages()).isEmpty();
    }

    @Test
    void aCertificateThatIsTrustedGetsTheMessage() throws Exception {
        trustTheReceiver();
        assertThat(delivered()).contains("\"status\":\"delivered\"");
        assertThat(receiver.messages()).extracting(Receiver.Message::path).containsExactly("/hook");
    }
}
