package dev.keymesh.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

/** A provider of kind openai-compatible that keeps its own bill: what it says in its usage is what it bills. */
final class FakeProvider implements AutoCloseable {
    private final HttpServer server;
    /** Output tokens that it reports, from the cap of the request. */
    volatile LongUnaryOperator outputTokens = cap -> cap;

    volatile int status = 200;
    /** Milliseconds between the chunks of a stream, which has no end of its own. */
    volatile long chunkMillis = 20;

    final AtomicLong calls = new AtomicLong();
    final AtomicLong inputTokens = new AtomicLong();
    final AtomicLong billedOutput = new AtomicLong();
    final AtomicLong aborted = new AtomicLong();

    FakeProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0), 1_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/chat/completions", this::answer);
        server.start();
    }

    String baseUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        calls.incrementAndGet();
        if (body.contains("\"stream\":true")) {
            stream(exchange);
            return;
        }
        long input = 1;
        long output = outputTokens.applyAsLong(cap(body));
        String answer = status == 200
                ? "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"ok\"}}],\"usage\":{\"prompt_tokens\":"
                        + input + ",\"completion_tokens\":" + output + "}}"
                : "{\"error\":{\"message\":\"broken\"}}";
        if (status == 200) {
            inputTokens.addAndGet(input);
            billedOutput.addAndGet(output);
        }
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void stream(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (var out = exchange.getResponseBody()) {
            for (int i = 0; i < 5_000; i++) {
                out.write("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n"
                        .getBytes(StandardCharsets.UTF_8));
                out.flush();
                Thread.sleep(chunkMillis);
            }
        } catch (IOException e) {
            aborted.incrementAndGet();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long cap(String body) {
        var matcher = java.util.regex.Pattern.compile("\"max_tokens\":(\\d+)").matcher(body);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 1;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
