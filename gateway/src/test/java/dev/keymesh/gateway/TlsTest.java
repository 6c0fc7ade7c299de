package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.gateway.http.Edge;
import dev.keymesh.gateway.store.StoreException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS from PEM files: of every form, renewed while connections stay, and never by a pair that is broken. */
class TlsTest {
    private static TestPem ec;
    private static TestPem rsa;
    private static TestPem expired;

    @TempDir
    private static Path made;

    @TempDir
    private Path folder;

    private Path certificate;
    private Path key;
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final Logger logger = Logger.getLogger("dev.keymesh.gateway.http.TlsFiles");
    private final Handler log = new Handler() {
        @Override
        public void publish(LogRecord line) {
            logged.add(java.text.MessageFormat.format(
                    String.valueOf(line.getMessage()).replace("'", "''"),
                    line.getParameters() == null ? new Object[0] : line.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeAll
    static void makePairs() throws Exception {
        ec = TestPem.of(made, "EC", "first");
        rsa = TestPem.of(made, "RSA", "second");
        expired = TestPem.of(made, "EC", "expired", "-startdate", "-3d", "-validity", "1");
    }

    @BeforeEach
    void listen() {
        logger.addHandler(log);
        certificate = folder.resolve("cert.pem");
        key = folder.resolve("key.pem");
    }

    @AfterEach
    void deafen() {
        logger.removeHandler(log);
    }

    @Test
    void aPairIsRenewedWithoutTouchingWhatIsOpenAndABrokenOneChangesNothing() throws Exception {
        ec.write(certificate, key);
        try (Gateway gateway = open()) {
            try (SSLSocket open = connect(gateway.port(), "TLSv1.3")) {
                assertThat(subject(open)).isEqualTo("CN=first");
                assertThat(get(open)).startsWith("HTTP/1.1 200");
                try (SSLSocket older = connect(gateway.port(), "TLSv1.2")) {
                    assertThat(older.getSession().getProtocol()).isEqualTo("TLSv1.2");
                    assertThat(get(older)).startsWith("HTTP/1.1 200");
                }

                Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
                await(() -> logged.stream().anyMatch(line -> line.contains("key.pem is broken")));
                assertThat(subjectNow(gateway)).isEqualTo("CN=first");

                rsa.write(certificate, key);
                await(() -> subjectNow(gateway).equals("CN=second"));
                assertThat(get(open)).startsWith("HTTP/1.1 200");

                Files.delete(key);
                await(() -> logged.stream().anyMatch(line -> line.contains("key.pem is not there")));
                assertThat(subjectNow(gateway)).isEqualTo("CN=second");
            }
            assertThat(logged.stream().filter(line -> line.contains("is not there")))
                    .hasSize(1);
            assertThat(logged.toString()).doesNotContain("c2VjcmV0");
        }
    }

    @Test
    void whatRunsOnThisMachineReachesItInPlainHttpOnLoopback() throws Exception {
        rsa.write(certificate, key);
        try (Gateway gateway = open();
                HttpClient http = HttpClient.newHttpClient()) {
            assertThat(gateway.publicAddress()).isEqualTo("https://127.0.0.1:" + gateway.port());
            assertThat(gateway.address()).startsWith("http://127.0.0.1:").doesNotContain(":" + gateway.port());
            HttpRequest ask = HttpRequest.newBuilder(URI.create(gateway.address() + "/livez"))
                    .build();
            assertThat(http.send(ask, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void keysOfTheOlderFormsAreTakenToo() throws Exception {
        for (TestPem pair : List.of(ec, rsa)) {
            Files.writeString(certificate, pair.certificate());
            boolean first = pair.certificate().equals(ec.certificate());
            String kind = first ? "EC PRIVATE KEY" : "RSA PRIVATE KEY";
            Files.writeString(key, "a comment\n" + TestPem.pem(kind, pair.older()));
            try (Gateway gateway = open()) {
                assertThat(subjectNow(gateway)).isEqualTo(first ? "CN=first" : "CN=second");
            }
        }
    }

    @Test
    void aCertificateThatExpiredIsServedAndWarnedOf() throws Exception {
        expired.write(certificate, key);
        try (Gateway gateway = open()) {
            assertThat(subjectNow(gateway)).isEqualTo("CN=expired");
            assertThat(logged).singleElement().asString().contains("expired at", "cert.pem");
        }
    }

    @Test
    void whatCannotBeUsedStopsTheStartAndSaysWhyWithoutWhatIsInIt() throws Exception {
        refused(ec.certificate(), TestPem.pem("PRIVATE KEY", expired.key()), "does not belong");
        refused(ec.certificate(), TestPem.pem("PRIVATE KEY", rsa.key()), "kind (EC)");
        refused(ec.certificate(), TestPem.pem("ENCRYPTED PRIVATE KEY", ec.key()), "openssl pkey");
        refused(ec.certificate(), "nothing", "holds no PEM key");
        refused("nothing", TestPem.pem("PRIVATE KEY", ec.key()), "holds no PEM certificate");
        Files.delete(certificate);
        assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining("is not there");
    }

    private void refused(String withCertificate, String withKey, String why) throws Exception {
        Files.writeString(certificate, withCertificate);
        Files.writeString(key, withKey);
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(why)
                .hasMessageContaining(".pem")
                .hasMessageNotContaining("MII");
    }

    private Gateway open() throws Exception {
        Edge.Tls tls = new Edge.Tls(certificate, key, Duration.ofMillis(50));
        return Gateway.open(
                GatewayConfig.embedded(folder.resolve("data")).behind(new Edge(tls, List.of(), Edge.Drain.AT_ONCE)),
                InstantSource.system());
    }

    private static String subjectNow(Gateway gateway) throws Exception {
        try (SSLSocket socket = connect(gateway.port(), "TLSv1.3")) {
            return subject(socket);
        }
    }

    private static String subject(SSLSocket socket) throws Exception {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    /** A new session each time: one that is resumed shows no certificate. */
    private static SSLSocket connect(int port, String protocol) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
        socket.setEnabledProtocols(new String[] {protocol});
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    private static String get(SSLSocket socket) throws Exception {
        socket.getOutputStream()
                .write("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder read = new StringBuilder();
        while (!read.toString().endsWith("ok\n")) {
            int b = in.read();
            if (b < 0) {
                break;
            }
            read.append((char) b);
        }
        return read.toString();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private void await(Condition condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("%s", logged).isLessThan(end);
            Thread.sleep(20);
        }
    }

    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
