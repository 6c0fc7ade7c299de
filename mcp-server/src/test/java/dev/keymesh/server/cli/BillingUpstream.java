package dev.keymesh.server.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A provider that bills each call's whole cap when the call comes, before it answers; one token is 1,000 nano-dollars. */
final class BillingUpstream implements AutoCloseable {
    static final int CAP = 20;
    static final long BOUND_NANOS = CAP * 1_000L;

    /** Calls whose body says so are answered when they are let go. */
    private static final String KEPT = "\"user\":\"kept\"";

    private final HttpServer server;
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicLong billedNanos = new AtomicLong();
    private final AtomicInteger kept = new AtomicInteger();
    /** What calls that are kept use of their cap, and are billed. */
    volatile int tokensOfKept = CAP;

    BillingUpstream() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    static String body(boolean kept) {
        return "{\"model\":\"m\",\"max_tokens\":" + CAP + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
                + (kept ? "," + KEPT : "") + "}";
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean keep = body.contains(KEPT);
        int tokens = keep ? tokensOfKept : CAP;
        billedNanos.addAndGet(tokens * 1_000L);
        try {
            if (keep) {
                kept.incrementAndGet();
                go.await();
            } else {
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        byte[] answer = ("{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":" + tokens + "}}")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    void letGo() {
        go.countDown();
    }

    int kept() {
        return kept.get();
    }

    long billedNanos() {
        return billedNanos.get();
    }

    String baseUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    @Override
    public void close() {
        letGo();
        server.stop(0);
    }
}
