package dev.keymesh.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.Gateway;
import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.sdk.WireRequest;
import dev.keymesh.sdk.WireResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/** A gateway that runs, and programs that call it while somebody looks at its dashboard. */
final class Dashboard implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final Gateway gateway;
    private final Path folder;

    Dashboard(Path folder) throws IOException {
        this.folder = folder;
        this.gateway = Gateway.open(GatewayConfig.embedded(folder), InstantSource.system());
    }

    String address() {
        return "http://127.0.0.1:" + gateway.port();
    }

    String rootKey() {
        return file("root.key");
    }

    String firstKey() {
        return file("first.key");
    }

    private String file(String name) {
        try {
            return Files.readString(folder.resolve(name)).strip();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The status of a call of a model with this key. */
    int call(String key, String model) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address() + "/v1/chat/completions"))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model
                        + "\",\"max_tokens\":20,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}"))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What REST answers the root key; it must succeed. */
    String admin(String method, String path, String body) {
        WireResponse answer = gateway.transport()
                .send(new WireRequest(
                        method,
                        path,
                        Map.of("authorization", "Bearer " + rootKey()),
                        body.getBytes(StandardCharsets.UTF_8)));
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        assertThat(answer.status()).as(path + " " + text).isBetween(200, 204);
        return text;
    }

    @Override
    public void close() {
        http.close();
        gateway.close();
    }
}
