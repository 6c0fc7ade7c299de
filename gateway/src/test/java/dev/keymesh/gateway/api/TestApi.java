package dev.keymesh.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.Gateway;
import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.sdk.WireRequest;
import dev.keymesh.sdk.WireResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A gateway on SQLite whose REST API is called in process. */
final class TestApi implements AutoCloseable {
    private final Gateway gateway;
    final String root;

    TestApi(Path folder) {
        this(GatewayConfig.embedded(folder));
    }

    TestApi(GatewayConfig config) {
        try {
            gateway = Gateway.open(config, InstantSource.system());
            root = Files.readString(config.data().resolve("root.key")).strip();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    Answer send(String method, String path, String credential, @Nullable String body, String... header) {
        Map<String, String> headers = new TreeMap<>(Map.of("authorization", "Bearer " + credential));
        for (int i = 0; i < header.length; i += 2) {
            headers.put(header[i], header[i + 1]);
        }
        byte[] bytes = body == null ? null : body.getBytes(StandardCharsets.UTF_8);
        WireResponse answer = gateway.transport().send(new WireRequest(method, path, headers, bytes));
        return new Answer(answer.status(), answer.headers(), new String(answer.body(), StandardCharsets.UTF_8));
    }

    /** Every route that there is. */
    List<Route> routes() {
        return ((InProcess) gateway.transport()).routes();
    }

    /** A virtual key of space default; its answer. */
    String key(String body) {
        return admin("POST", "/api/v1/spaces/default/keys", body);
    }

    /** The secret of a management key. */
    String management(String body) {
        return member(admin("POST", "/api/v1/management-keys", body), "secret");
    }

    /** A credential is refused with this status, and the answer holds this text. */
    void refuses(String credential, int status, String text, String method, String path, @Nullable String body) {
        Answer answer = send(method, path, credential, body);
        assertThat(answer.status()).as(path + " " + body + " " + answer.body()).isEqualTo(status);
        assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
        assertThat(answer.body()).contains("\"requestId\":\"req_").contains(text);
    }

    /** What a credential is answered; it must succeed. */
    String allowed(String credential, String method, String path, @Nullable String body) {
        Answer answer = send(method, path, credential, body);
        assertThat(answer.status()).as(path + " " + body + " " + answer.body()).isBetween(200, 204);
        return answer.body();
    }

    /** What the root key is answered; it must succeed. */
    String admin(String method, String path, @Nullable String body) {
        return allowed(root, method, path, body);
    }

    /** The root key is refused with this status, and the answer holds this text. */
    void refused(int status, String text, String method, String path, @Nullable String body) {
        refuses(root, status, text, method, path, body);
    }

    static String member(String json, String name) {
        int at = json.indexOf("\"" + name + "\":\"") + name.length() + 4;
        return json.substring(at, json.indexOf('"', at));
    }

    @Override
    public void close() {
        gateway.close();
    }

    record Answer(int status, Map<String, String> headers, String body) {}
}
