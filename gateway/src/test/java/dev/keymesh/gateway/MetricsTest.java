package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.metric.ExpositionText;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.trace.Observed;
import dev.keymesh.sdk.WireRequest;
import dev.keymesh.sdk.WireResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code /metrics} over real HTTP. */
class MetricsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern ROW = Pattern.compile("\\| `([a-z_]+)` \\| ([a-z]+) \\|([^|]*)\\|.*");

    private TestGateway at;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        at = new TestGateway(new GatewayConfig(
                        folder, "127.0.0.1", 0, null, Durability.PROCESS, null, null, GatewayConfig.IDLE_TIMEOUT)
                .observed(new Observed(null, true)));
    }

    @AfterEach
    void stop() {
        at.close();
    }

    @Test
    void thePageNamesEachMetricOfAScrapeWithItsTypeAndLabelsAndNoOther() throws Exception {
        callsOfEachKind();
        System.gc();
        Map<String, String> page = page();
        Map<String, String> scraped = scrape().families();
        // A pause of the collector is told to Micrometer by a thread of the JVM's own.
        long end = System.nanoTime() + 60_000_000_000L;
        while (!scraped.keySet().containsAll(page.keySet()) && System.nanoTime() < end) {
            Thread.onSpinWait();
            System.gc();
            scraped = scrape().families();
        }
        assertThat(scraped).isEqualTo(page);
    }

    @Test
    void theDashboardAsksForNothingThatIsNotOnThePage() throws Exception {
        TreeSet<String> asked = new TreeSet<>();
        String json = Files.readString(ROOT.resolve("examples/deploy/grafana-dashboard.json"));
        Matcher name =
                Pattern.compile("\\b(?:keymesh|jvm|process|system)_[a-z_]+").matcher(json);
        Map<String, String> page = page();
        while (name.find()) {
            String whole = name.group();
            String part = whole.replaceFirst("_(bucket|sum|count)$", "");
            asked.add(page.containsKey(whole) ? whole : part);
        }
        assertThat(page.keySet()).containsAll(asked);
        assertThat(asked).hasSizeGreaterThan(20);
    }

    @Test
    void callsAreCountedByWhatTheyWereAndHowTheyEnded() throws Exception {
        callsOfEachKind();
        ExpositionText now = scrape();
        String m = "model=\"m\"";
        String completed = "outcome=\"completed\"";
        assertThat(now.sum("keymesh_calls_total", m, completed, "provider=\"fake\"", "operation=\"chat.completions\""))
                .isEqualTo(2);
        assertThat(now.sum("keymesh_calls_total", m, "outcome=\"refused\"")).isEqualTo(1);
        assertThat(now.sum("keymesh_calls_total", "model=\"other\"")).isEqualTo(1);
        assertThat(now.sum("keymesh_tokens_total", m, "type=\"output\"")).isEqualTo(20);
        assertThat(now.sum("keymesh_tokens_total", m, "type=\"input\"")).isEqualTo(2);
        assertThat(now.sum("keymesh_cost_dollars_total", m)).isEqualTo(0.00002);
        assertThat(now.sum("keymesh_holds_total", "answer=\"held\"")).isEqualTo(2);
        assertThat(now.sum("keymesh_holds_total", "answer=\"exceeded\"")).isPositive();
        assertThat(now.sum("keymesh_settlements_total", "settlement=\"reported\""))
                .isEqualTo(2);
        assertThat(now.sum("keymesh_refusals_total", "code=\"keymesh_budget_exceeded\""))
                .isEqualTo(1);
        assertThat(now.sum("keymesh_refusals_total", "code=\"keymesh_model_not_allowed\""))
                .isEqualTo(1);
        assertThat(now.sum("keymesh_refusals_total", "code=\"invalid_api_key\""))
                .isEqualTo(1);
        assertThat(now.sum("keymesh_decisions_total", "outcome=\"denied\"")).isEqualTo(1);
        assertThat(now.sum("keymesh_decision_cache_total", "result=\"hit\"")).isPositive();
        assertThat(now.sum("keymesh_first_byte_seconds_count", "provider=\"fake\""))
                .isEqualTo(2);
        assertThat(now.sum("keymesh_added_latency_seconds_count")).isEqualTo(2);
        assertThat(now.sum("keymesh_ledger_batch_size_count")).isPositive();
        assertThat(now.sum("keymesh_live_calls")).isZero();
    }

    @Test
    void aStreamThatRunsIsShownWhileItRuns() throws Exception {
        TestGateway.Key key = at.issue("1");
        HttpResponse<java.io.InputStream> answer = at.exchange(
                at.request(key.secret(), TestGateway.body(100, ",\"stream\":true")),
                HttpResponse.BodyHandlers.ofInputStream());
        try (var body = answer.body()) {
            assertThat(body.read()).isPositive();
            ExpositionText now = scrape();
            assertThat(now.sum("keymesh_live_calls")).isEqualTo(1);
            assertThat(now.sum("keymesh_live_streams")).isEqualTo(1);
            assertThat(now.sum("keymesh_live_holds")).isEqualTo(1);
            assertThat(now.sum("keymesh_request_body_bytes", "place=\"memory\""))
                    .isPositive();
        }
    }

    @Test
    void tenThousandKeysAndTheModelsThatTheyMakeUpAddNoSeries() throws Exception {
        callsOfEachKind();
        int before = scrape().size();
        AtomicInteger next = new AtomicInteger();
        TestGateway.together(32, () -> {
            for (int i = next.getAndIncrement(); i < 10_000; i = next.getAndIncrement()) {
                String key = TestGateway.member(issued(i), "secret");
                if (i % 10 == 0) {
                    at.chat(key, TestGateway.body(10, "").replace("\"m\"", "\"made-up-" + i + "\""));
                }
            }
        });
        ExpositionText after = scrape();
        assertThat(after.sum("keymesh_calls_total", "model=\"other\"")).isEqualTo(1_001);
        assertThat(after.size() - before).isLessThan(30);
    }

    @Test
    void thisMachineScrapesWithoutACredentialAndAllOthersNeedOneThatMayReadUsage() {
        assertThat(get("/metrics").statusCode()).isEqualTo(200);
        assertThat(get("/metrics").headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(get("/metrics", "accept", "application/openmetrics-text").body())
                .endsWith("# EOF\n");
        for (String header : new String[] {"x-forwarded-for", "forwarded", "via", "x-forwarded-proto"}) {
            assertThat(get("/metrics", header, "203.0.113.7").statusCode())
                    .as(header)
                    .isEqualTo(401);
        }
        String reader = management("{\"title\":\"r\",\"permissionSet\":\"reader\"}");
        String validator = management("{\"title\":\"v\",\"permissionSet\":\"validator\"}");
        String ofOneSpace = management("{\"title\":\"s\",\"permissionSet\":\"reader\",\"space\":\"default\"}");
        assertThat(fromAfar(reader).statusCode()).isEqualTo(200);
        assertThat(fromAfar(reader).body()).contains("keymesh_build_info");
        assertThat(fromAfar(validator).statusCode()).isEqualTo(403);
        assertThat(fromAfar(validator).body()).contains("usage.read").doesNotContain("keymesh_");
        assertThat(fromAfar(ofOneSpace).statusCode()).isEqualTo(403);
        assertThat(fromAfar(at.issue("1").secret()).statusCode()).isEqualTo(403);
        assertThat(at.send("POST", "/metrics", at.root, "{}").statusCode()).isEqualTo(405);
    }

    @Test
    void aPageOfABrowserCannotScrapeUnderANameThatLeadsHere() throws IOException {
        assertThat(scrapedAs("localhost")).startsWith("HTTP/1.1 200 ");
        assertThat(scrapedAs("rebound.example.com")).startsWith("HTTP/1.1 401 ").doesNotContain("keymesh_");
    }

    /** What is answered to a connection from this machine that names another host. */
    private String scrapedAs(String host) throws IOException {
        int port = URI.create(at.address()).getPort();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String request = "GET /metrics HTTP/1.1\r\nHost: " + host + ":" + port + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aServerThatListensToAllAsksForACredentialFromThisMachineToo() throws IOException {
        GatewayConfig open = new GatewayConfig(
                folder.resolve("open"), "0.0.0.0", 0, null, Durability.PROCESS, null, null, GatewayConfig.IDLE_TIMEOUT);
        try (TestGateway other = new TestGateway(open)) {
            HttpRequest bare = HttpRequest.newBuilder(URI.create(other.address() + "/metrics"))
                    .build();
            assertThat(other.exchange(bare, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(401);
            assertThat(other.send("GET", "/metrics", other.root, null).statusCode())
                    .isEqualTo(200);
        }
    }

    /** Two that complete, one beyond the budget, one of a model that is made up, one without a key. */
    private void callsOfEachKind() {
        TestGateway.Key key = at.issue("0.00002");
        assertThat(at.chat(key.secret(), TestGateway.body(10, "")).statusCode()).isEqualTo(200);
        assertThat(at.chat(key.secret(), TestGateway.body(10, "")).statusCode()).isEqualTo(200);
        assertThat(at.chat(key.secret(), TestGateway.body(10, "")).statusCode()).isEqualTo(429);
        String narrow = TestGateway.member(admin("{\"title\":\"n\",\"policy\":{\"allowedModels\":[\"m\"]}}"), "secret");
        assertThat(at.chat(narrow, TestGateway.body(10, "").replace("\"m\"", "\"made-up\""))
                        .statusCode())
                .isEqualTo(403);
        assertThat(at.chat("km-nobody", TestGateway.body(10, "")).statusCode()).isEqualTo(401);
    }

    /** In process, for ten thousand of them. */
    private String issued(int number) {
        String body = "{\"title\":\"k" + number + "\",\"owner\":\"o" + number + "\"}";
        WireResponse answer = at.gateway
                .transport()
                .send(new WireRequest(
                        "POST",
                        "/api/v1/spaces/default/keys",
                        Map.of("authorization", "Bearer " + at.root),
                        body.getBytes(StandardCharsets.UTF_8)));
        assertThat(answer.status()).isEqualTo(201);
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private String admin(String key) {
        return at.admin("POST", "/api/v1/spaces/default/keys", key);
    }

    private String management(String body) {
        return TestGateway.member(at.admin("POST", "/api/v1/management-keys", body), "secret");
    }

    private HttpResponse<String> fromAfar(String credential) {
        return at.send("GET", "/metrics", credential, null, "x-forwarded-for", "203.0.113.7");
    }

    private HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(at.address() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return at.exchange(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private ExpositionText scrape() {
        return new ExpositionText(get("/metrics").body());
    }

    /** Type and labels by name, of the tables of {@code docs/metrics.md}. */
    private static Map<String, String> page() throws IOException {
        Map<String, String> rows = new TreeMap<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs/metrics.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                TreeSet<String> labels = new TreeSet<>();
                Matcher label = Pattern.compile("`([a-z_]+)`").matcher(row.group(3));
                while (label.find()) {
                    labels.add(label.group(1));
                }
                rows.put(row.group(1), row.group(2) + " " + labels);
            }
        }
        return rows;
    }
}
