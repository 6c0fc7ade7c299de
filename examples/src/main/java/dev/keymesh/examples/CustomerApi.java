package dev.keymesh.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.wire.Validation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A company's own API. Its customers present the virtual keys that the company issued to them; {@code GET /models} tells
 * each what their plan allows.
 */
public final class CustomerApi implements AutoCloseable {
    private static final String BEARER = "Bearer ";

    private final Keymesh keymesh;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private CustomerApi(Keymesh keymesh, HttpServer server) {
        this.keymesh = keymesh;
        this.server = server;
    }

    /** Reads {@code KEYMESH_BASE_URL} and, with the permission keys.validate, {@code KEYMESH_VALIDATOR_KEY}. */
    public static void main(String[] args) throws IOException {
        String url = System.getenv().getOrDefault("KEYMESH_BASE_URL", "http://localhost:8787");
        Keymesh keymesh = Keymesh.at(url);
        keymesh.account().connect(System.getenv("KEYMESH_VALIDATOR_KEY"));
        CustomerApi api = open(keymesh, 8080);
        System.out.println("Listening on http://localhost:" + api.port() + "/models");
    }

    /**
     * Listens on loopback until it is closed.
     *
     * @param port 0 is a free one
     */
    public static CustomerApi open(Keymesh keymesh, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        CustomerApi api = new CustomerApi(keymesh, server);
        server.setExecutor(api.threads);
        server.createContext("/models", api::models);
        server.start();
        return api;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void models(HttpExchange exchange) throws IOException {
        String credential = exchange.getRequestHeaders().getFirst("Authorization");
        if (credential == null || !credential.startsWith(BEARER)) {
            answer(exchange, 401, "Present your key: Authorization: Bearer km-...");
            return;
        }
        try {
            Validation validation = keymesh.spaces().keys().validate(credential.substring(BEARER.length()));
            if (!validation.valid()) {
                answer(exchange, 401, validation.code() + ": " + validation.error());
                return;
            }
            List<String> allowedModels =
                    Objects.requireNonNull(validation.key()).fields().strings("allowed_models");
            answer(exchange, 200, String.join("\n", allowedModels));
        } catch (KeymeshException e) {
            // A key that cannot be asked about is not good.
            answer(exchange, 503, "Keys cannot be checked at the moment; try again.");
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
