package dev.keymesh.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keymesh.gateway.trace.Telemetry;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** A collector of OTLP over HTTP that keeps what it is sent. */
final class Collector implements AutoCloseable {
    private final HttpServer server;
    private final CountDownLatch closed = new CountDownLatch(1);
    final List<Span> spans = new CopyOnWriteArrayList<>();
    final Map<String, String> resource = new TreeMap<>();
    final List<String> raw = new CopyOnWriteArrayList<>();
    volatile String authorization = "";
    volatile int status = 200;
    /** Takes a request and never answers it. */
    volatile boolean silent;

    Collector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    Telemetry telemetry() {
        return new Telemetry(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                Map.of("Authorization", "Basic of-the-collector"),
                "keymesh-test");
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (silent) {
            await();
        }
        if (status == 200) {
            raw.add(new String(body, StandardCharsets.ISO_8859_1));
            ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().forEach(of -> {
                resource.putAll(attributes(of.getResource().getAttributesList()));
                of.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList()));
            });
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private void await() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of a span; numbers, booleans and lists as they are written. */
    static Map<String, String> attributes(Span span) {
        return attributes(span.getAttributesList());
    }

    private static Map<String, String> attributes(List<KeyValue> list) {
        Map<String, String> texts = new TreeMap<>();
        for (KeyValue one : list) {
            AnyValue value = one.getValue();
            texts.put(
                    one.getKey(),
                    value.hasStringValue()
                            ? value.getStringValue()
                            : value.hasArrayValue()
                                    ? value.getArrayValue().getValuesList().stream()
                                            .map(AnyValue::getStringValue)
                                            .toList()
                                            .toString()
                                    : value.hasIntValue()
                                            ? String.valueOf(value.getIntValue())
                                            : String.valueOf(value.getBoolValue()));
        }
        return texts;
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
