package dev.keymesh.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A real receiver of webhooks that answers as it is told, and keeps what it got. */
public final class Receiver implements AutoCloseable {
    private final HttpServer server;
    private final String scheme;
    private final List<Message> messages = new ArrayList<>();
    private volatile CountDownLatch open = new CountDownLatch(0);
    private volatile int status = 204;
    private volatile String answer = "";
    private volatile String location = "";

    public Receiver() {
        this(null);
    }

    /** Over TLS where there is a context for it. */
    public Receiver(@Nullable SSLContext tls) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        scheme = tls == null ? "http" : "https";
        try {
            server = tls == null ? HttpServer.create(address, 100) : HttpsServer.create(address, 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (server instanceof HttpsServer secured && tls != null) {
            secured.setHttpsConfigurator(new HttpsConfigurator(tls));
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::take);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        synchronized (messages) {
            messages.add(new Message(
                    exchange.getRequestURI().toString(),
                    header(exchange, "webhook-id"),
                    header(exchange, "webhook-timestamp"),
                    header(exchange, "webhook-signature"),
                    body));
        }
        try {
            open.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!location.isEmpty()) {
            exchange.getResponseHeaders().add("Location", location);
        }
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private static String header(HttpExchange exchange, String name) {
        return String.valueOf(exchange.getRequestHeaders().getFirst(name));
    }

    public void answers(int nextStatus, String body) {
        answer = body;
        status = nextStatus;
    }

    public void redirects(String to) {
        location = to;
        status = 302;
    }

    /** From here on it takes requests and does not answer, until it is opened. */
    public CountDownLatch hangs() {
        open = new CountDownLatch(1);
        return open;
    }

    public String url(String path) {
        return scheme + "://127.0.0.1:" + port() + path;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public List<Message> messages() {
        synchronized (messages) {
            return List.copyOf(messages);
        }
    }

    @Override
    public void close() {
        open.countDown();
        server.stop(0);
    }

    /** As it came. */
    public record Message(String path, String id, String timestamp, String signature, String body) {}
}
