package dev.keymesh.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

/** A provider of kind openai-compatible that keeps its own bill: what it says in its usage is what it bills. */
final class FakeProvider implements AutoCloseable {
    private final HttpServer server;
    /** Files and batches. */
    final FakeKeeper kept;
    /** Output tokens that it reports, from the cap of the request. */
    volatile LongUnaryOperator outputTokens = cap -> cap;

    /** 0 is none: it ends the connection without an answer. */
    volatile int status = 200;
    /** Milliseconds between the chunks of a stream, which has no end of its own. */
    volatile long chunkMillis = 20;

    volatile int lastBodyLength;
    final AtomicLong calls = new AtomicLong();
    final AtomicLong inputTokens = new AtomicLong();
    final AtomicLong billedOutput = new AtomicLong();
    final AtomicLong aborted = new AtomicLong();
    final AtomicLong lists = new AtomicLong();
    volatile Map<String, List<String>> lastHeaders = Map.of();

    FakeProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0), 1_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/chat/completions", this::answer);
        server.createContext("/v1/messages", this::message);
        server.createContext("/v1/models", this::models);
        kept = new FakeKeeper(server);
        server.start();
    }

    /** As the OpenAI kinds want it. */
    String baseUrl() {
        return anthropicUrl() + "/v1";
    }

    String anthropicUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void models(HttpExchange exchange) throws IOException {
        lists.incrementAndGet();
        lastHeaders = Map.copyOf(exchange.getRequestHeaders());
        send(
                exchange,
                status,
                "application/json",
                "{\"object\":\"list\",\"data\":[{\"id\":\"m\"},{\"id\":\"own-1\"}]}");
    }

    /** Anthropic's shape: the input without caches, counts of a stream cumulative. */
    private void message(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        calls.incrementAndGet();
        lastHeaders = Map.copyOf(exchange.getRequestHeaders());
        String usage =
                "\"usage\":{\"input_tokens\":10,\"cache_read_input_tokens\":4,\"cache_creation_input_tokens\":6,\"output_tokens\":";
        if (body.contains("\"stream\":true")) {
            send(
                    exchange,
                    200,
                    "text/event-stream",
                    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{"
                            + usage
                            + "1}}}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"hi\"}}\n\n"
                            + "event: message_delta\ndata: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":7}}\n\n"
                            + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
        } else {
            send(
                    exchange,
                    200,
                    "application/json",
                    "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]," + usage + "7}}");
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        lastBodyLength = body.length();
        lastHeaders = Map.copyOf(exchange.getRequestHeaders());
        calls.incrementAndGet();
        if (status == 0) {
            exchange.close();
            return;
        }
        if (body.contains("\"stream\":true")) {
            stream(exchange);
            return;
        }
        long input = 1;
        long output = outputTokens.applyAsLong(cap(body));
        String answer = status == 200
                ? "{\"id\":\"chatcmpl-7\",\"model\":\"m-2026-11-01\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\"ok\"}}],\"usage\":{\"prompt_tokens\":"
                        + input + ",\"completion_tokens\":" + output + "}}"
                : "{\"error\":{\"message\":\"broken\"}}";
        if (status == 200) {
            inputTokens.addAndGet(input);
            billedOutput.addAndGet(output);
        }
        send(exchange, status, "application/json", answer);
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
