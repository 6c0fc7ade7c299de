package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A gateway, on SQLite unless told otherwise, with a provider that keeps its own bill, over real HTTP. */
final class TestGateway implements AutoCloseable {
    final FakeProvider provider;
    final Gateway gateway;
    final String root;
    private final HttpClient http = HttpClient.newHttpClient();

    TestGateway(Path folder) {
        this(GatewayConfig.embedded(folder));
    }

    /** Another node on the same database. */
    TestGateway(GatewayConfig config, TestGateway first, InstantSource clock) {
        try {
            provider = first.provider;
            gateway = Gateway.open(config, clock);
            root = first.root;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    TestGateway(GatewayConfig config) {
        this(config, InstantSource.system());
    }

    TestGateway(GatewayConfig config, InstantSource clock) {
        provider = new FakeProvider();
        try {
            gateway = Gateway.open(config, clock);
            root = Files.readString(config.data().resolve("root.key")).strip();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        admin(
                "POST",
                "/api/v1/providers",
                "{\"name\":\"fake\",\"kind\":\"openai-compatible\",\"baseUrl\":\"" + provider.baseUrl()
                        + "\",\"credential\":\"canary-credential-1234567890\"}");
        admin("PUT", "/api/v1/prices", """
                {"provider":"fake","model":"m","inputPerMillion":"0","outputPerMillion":"1.00"}""");
    }

    /** A key with a budget of so many dollars a month. */
    Key issue(String amount) {
        String answer = admin(
                "POST",
                "/api/v1/spaces/default/keys",
                "{\"title\":\"t\",\"budget\":{\"amount\":\"" + amount
                        + "\",\"currency\":\"USD\",\"period\":\"monthly\"}}");
        return new Key(member(answer, "id"), member(answer, "secret"));
    }

    String budget(Key key) {
        return admin("GET", "/api/v1/budgets?scope=key:" + key.id, null);
    }

    static String body(int cap, String more) {
        return "{\"model\":\"m\",\"max_tokens\":" + cap + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
                + more + "}";
    }

    HttpResponse<String> chat(String secret, String body) {
        return exchange(request(secret, body), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest request(String secret, String body) {
        return HttpRequest.newBuilder(URI.create(address() + "/v1/chat/completions"))
                .header("Authorization", "Bearer " + secret)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    /** The answer's body to a root call that must succeed. */
    String admin(String method, String path, @Nullable String body, String... headers) {
        HttpResponse<String> answer = send(method, path, root, body, headers);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
        return answer.body();
    }

    HttpResponse<String> send(String method, String path, String credential, @Nullable String body, String... headers) {
        var publisher = body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address() + path))
                .header("Authorization", "Bearer " + credential)
                .method(method, publisher);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return exchange(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String address() {
        return "http://127.0.0.1:" + gateway.port();
    }

    static void together(int clients, Runnable work) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            threads.add(Thread.startVirtualThread(work));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    static String member(String json, String name) {
        int at = json.indexOf("\"" + name + "\":\"") + name.length() + 4;
        return json.substring(at, json.indexOf('"', at));
    }

    @Override
    public void close() {
        gateway.close();
        provider.close();
    }

    record Key(String id, String secret) {}
}
