package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.keymesh.gateway.metric.ExpositionText;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.trace.Observed;
import dev.keymesh.gateway.trace.Telemetry;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What leaves the process about calls: spans at a real collector, and lines of the access log. */
class TracesTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String PROMPT = "canary-of-the-prompt";

    private Collector collector;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        collector = new Collector();
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    @Test
    void aCallIsASpanInTheNamesOfTheConventionsWithNothingOfItsContent() {
        try (TestGateway at = gateway(collector.telemetry())) {
            TestGateway.Key key = at.issue("1");
            assertThat(at.chat(key.secret(), body("")).statusCode()).isEqualTo(200);
            await(() -> !collector.spans.isEmpty());
            Span span = collector.spans.getFirst();
            assertThat(span.getName()).isEqualTo("chat m");
            assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
            assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
            assertThat(span.getParentSpanId().isEmpty()).isTrue();
            assertThat(span.getEndTimeUnixNano()).isGreaterThanOrEqualTo(span.getStartTimeUnixNano());
            assertThat(Collector.attributes(span))
                    .containsEntry("gen_ai.operation.name", "chat")
                    .containsEntry("gen_ai.provider.name", "fake")
                    .containsEntry("gen_ai.request.model", "m")
                    .containsEntry("gen_ai.response.model", "m-2026-11-01")
                    .containsEntry("gen_ai.response.id", "chatcmpl-7")
                    .containsEntry("gen_ai.response.finish_reasons", "[stop]")
                    .containsEntry("gen_ai.usage.input_tokens", "1")
                    .containsEntry("gen_ai.usage.output_tokens", "10")
                    .containsEntry("server.address", "127.0.0.1")
                    .containsEntry(
                            "server.port",
                            String.valueOf(URI.create(at.provider.baseUrl()).getPort()))
                    .containsEntry("keymesh.key", key.id())
                    .containsEntry("keymesh.workspace", "default/default")
                    .containsEntry("keymesh.decision", "admitted")
                    .containsEntry("keymesh.cost.nano_dollars", "10000")
                    .hasEntrySatisfying(
                            "keymesh.request.id", id -> assertThat(id).startsWith("req_"))
                    .doesNotContainKey("error.type");
            assertThat(collector.resource)
                    .containsEntry("service.name", "keymesh-test")
                    .containsKey("service.version");
            assertThat(collector.authorization).isEqualTo("Basic of-the-collector");
            assertThat(collector.raw).noneMatch(text -> text.contains(PROMPT) || text.contains(key.secret()));
            assertThat(at.provider.lastHeaders).doesNotContainKey("Traceparent");
        }
    }

    @Test
    void aRefusalIsASpanThatSaysWhy() {
        try (TestGateway at = gateway(collector.telemetry())) {
            assertThat(at.chat(at.issue("0").secret(), body("")).statusCode()).isEqualTo(429);
            await(() -> !collector.spans.isEmpty());
            Span span = collector.spans.getFirst();
            assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
            assertThat(Collector.attributes(span))
                    .containsEntry("error.type", "keymesh_budget_exceeded")
                    .containsEntry("keymesh.decision", "refused")
                    .doesNotContainKey("gen_ai.usage.input_tokens");
        }
    }

    @Test
    void theCallersTraceGoesOnToTheProviderAsATraceOfOurSpan() {
        try (TestGateway at = gateway(collector.telemetry())) {
            traced(at, "00-" + TRACE + "-" + PARENT + "-01");
            await(() -> !collector.spans.isEmpty());
            Span span = collector.spans.getFirst();
            assertThat(hex(span.getTraceId())).isEqualTo(TRACE);
            assertThat(hex(span.getParentSpanId())).isEqualTo(PARENT);
            assertThat(sent(at)).containsExactly("00-" + TRACE + "-" + hex(span.getSpanId()) + "-01");
        }
    }

    @Test
    void aTraceThatTheCallerDoesNotKeepHasNoSpanOfOurs() {
        try (TestGateway at = gateway(collector.telemetry())) {
            String header = "00-" + TRACE + "-" + PARENT + "-00";
            traced(at, header);
            assertThat(sent(at)).containsExactly(header);
            traced(at, "00-" + TRACE + "-" + PARENT + "-01");
            await(() -> !collector.spans.isEmpty());
        }
        assertThat(collector.spans).hasSize(1);
    }

    @Test
    void whereNothingIsExportedATraceGoesOnAsItCame() {
        try (TestGateway at = gateway(Observed.NOTHING)) {
            String header = "00-" + TRACE + "-" + PARENT + "-01";
            traced(at, header);
            assertThat(sent(at)).containsExactly(header);
        }
        assertThat(collector.spans).isEmpty();
    }

    @Test
    void aCollectorThatIsAwayOrSilentCostsNoCallAnythingAndIsTold() {
        Telemetry nowhere = new Telemetry(URI.create("http://127.0.0.1:1"), Map.of(), "s");
        try (TestGateway at = gateway(nowhere)) {
            String key = at.issue("1").secret();
            assertThat(at.chat(key, body("")).statusCode()).isEqualTo(200);
            await(() -> spans(at, "failed") == 1);
            assertThat(at.chat(key, body("")).statusCode()).isEqualTo(200);
        }
        collector.silent = true;
        try (TestGateway at = gateway(collector.telemetry())) {
            String key = at.issue("1").secret();
            for (int i = 0; i < 20; i++) {
                assertThat(at.chat(key, body("")).statusCode()).isEqualTo(200);
            }
            assertThat(spans(at, "exported")).isZero();
        }
    }

    @Test
    void aCollectorThatRefusesIsAskedAgainWithTheNextSpans() {
        collector.status = 400;
        try (TestGateway at = gateway(collector.telemetry())) {
            String key = at.issue("1").secret();
            assertThat(at.chat(key, body("")).statusCode()).isEqualTo(200);
            await(() -> spans(at, "failed") == 1);
            collector.status = 200;
            assertThat(at.chat(key, body("")).statusCode()).isEqualTo(200);
            await(() -> spans(at, "exported") == 1);
        }
    }

    @Test
    void theAccessLogHasALineForEachCallAndNothingOfItsContent() {
        ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
        Logger access = Logger.getLogger("dev.keymesh.access");
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        access.addHandler(handler);
        try (TestGateway at = gateway(new Observed(null, true))) {
            TestGateway.Key key = at.issue("1");
            at.chat(key.secret(), body(""));
            at.chat(key.secret(), body("").replace("\"m\"", "\"unpriced\""));
            await(() -> lines.size() == 2);
            String first = lines.poll();
            assertThat(first)
                    .contains("request=req_", " workspace=default/default ", " key=" + key.id() + " ")
                    .contains(" operation=chat.completions provider=fake model=m status=200 outcome=completed ")
                    .contains(" inputTokens=1 outputTokens=10 cost=0.00001 settlement=reported ")
                    .doesNotContain(PROMPT, key.secret());
            assertThat(lines.poll()).contains(" model=unpriced status=403 outcome=refused ");
        } finally {
            access.removeHandler(handler);
        }
    }

    private TestGateway gateway(@org.jspecify.annotations.Nullable Telemetry spans) {
        return gateway(new Observed(spans, false));
    }

    private TestGateway gateway(Observed observed) {
        Path data = folder.resolve("data" + System.nanoTime());
        return new TestGateway(new GatewayConfig(
                        data, "127.0.0.1", 0, null, Durability.PROCESS, null, null, GatewayConfig.IDLE_TIMEOUT)
                .observed(observed));
    }

    private static String body(String more) {
        return TestGateway.body(10, more).replace("\"hi\"", "\"" + PROMPT + "\"");
    }

    private static void traced(TestGateway at, String header) {
        HttpRequest plain = at.request(at.issue("1").secret(), body(""));
        HttpRequest request = HttpRequest.newBuilder(plain, (_, _) -> true)
                .header("traceparent", header)
                .build();
        assertThat(at.exchange(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }

    private static List<String> sent(TestGateway at) {
        return at.provider.lastHeaders.getOrDefault("Traceparent", List.of());
    }

    private static double spans(TestGateway at, String outcome) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(at.address() + "/metrics")).build();
        String text = at.exchange(request, HttpResponse.BodyHandlers.ofString()).body();
        return new ExpositionText(text).sum("keymesh_spans_total", "outcome=\"" + outcome + "\"");
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    /** Within a minute: a machine may be busy. */
    private static void await(BooleanSupplier what) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!what.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within a minute").isLessThan(end);
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
        }
    }
}
