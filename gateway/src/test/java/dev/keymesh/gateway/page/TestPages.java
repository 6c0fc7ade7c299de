package dev.keymesh.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.Gateway;
import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.sdk.WireRequest;
import dev.keymesh.sdk.WireResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A gateway whose dashboard is used over real HTTP, as a browser does, and whose clock can be put forward. */
final class TestPages implements AutoCloseable {
    private static final String COOKIE = "keymesh_session=";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Gateway gateway;
    private volatile Duration later = Duration.ZERO;
    /** The root key of the data folder; empty where the environment's is used. */
    final String root;

    TestPages(GatewayConfig config) {
        // It stands still, so that no test depends on how fast it runs, or on midnight.
        Instant start = InstantSource.system().instant();
        InstantSource clock = () -> start.plus(later);
        try {
            gateway = Gateway.open(config, clock);
            root = config.rootKey() == null
                    ? Files.readString(config.data().resolve("root.key")).strip()
                    : config.rootKey();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void wait(Duration time) {
        later = later.plus(time);
    }

    /** Somebody who is signed in with this management key. */
    Visitor signedIn(String secret) {
        HttpResponse<String> answer = signIn(secret);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        String cookie = answer.headers().firstValue("set-cookie").orElseThrow();
        Visitor visitor = new Visitor(cookie.substring(COOKIE.length(), cookie.indexOf(';')), "");
        return new Visitor(visitor.token, csrf(get(visitor, "/").body()));
    }

    HttpResponse<String> signIn(String secret, String... headers) {
        return post(Visitor.NOBODY, "/sign-in", Map.of("key", secret), headers);
    }

    HttpResponse<String> get(Visitor visitor, String path, String... headers) {
        return send(visitor, path, headers, HttpRequest.newBuilder().GET());
    }

    /** An answer that goes on, to a page. */
    HttpResponse<InputStream> follow(Visitor visitor, String path) {
        return following(path, "Cookie", COOKIE + visitor.token);
    }

    /** An answer that goes on, to whoever has this credential. */
    HttpResponse<InputStream> follow(String secret, String path) {
        return following(path, "Authorization", "Bearer " + secret);
    }

    private HttpResponse<InputStream> following(String path, String header, String value) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address() + path))
                .header(header, value)
                .header("Accept", "text/event-stream")
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Stops the server, while its clients are still there. */
    void stop() {
        gateway.close();
    }

    /** A form with the visitor's token in it, unless it has another one. */
    HttpResponse<String> post(Visitor visitor, String path, Map<String, String> form, String... headers) {
        Map<String, String> fields = new TreeMap<>(form);
        fields.putIfAbsent("csrf", visitor.csrf);
        String body = fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return send(
                visitor,
                path,
                headers,
                HttpRequest.newBuilder()
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(Visitor visitor, String path, String[] headers, HttpRequest.Builder request) {
        request.uri(URI.create(address() + path));
        if (!visitor.token.isEmpty()) {
            request.header("Cookie", "other=1; " + COOKIE + visitor.token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The page that a form leads to, which says this. */
    String done(Visitor visitor, HttpResponse<String> answer, String notice) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        String page = get(visitor, answer.headers().firstValue("location").orElseThrow())
                .body();
        assertThat(page).contains(notice);
        return page;
    }

    String address() {
        return "http://127.0.0.1:" + gateway.port();
    }

    /** What REST answers the root key; it must succeed. */
    String admin(String method, String path, @Nullable String body) {
        Map<String, String> headers = Map.of("authorization", "Bearer " + root);
        byte[] bytes = body == null ? null : body.getBytes(StandardCharsets.UTF_8);
        WireResponse answer = gateway.transport().send(new WireRequest(method, path, headers, bytes));
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        assertThat(answer.status()).as(path + " " + text).isBetween(200, 204);
        return text;
    }

    /** The secret of a new management key. */
    String management(String body) {
        return member(admin("POST", "/api/v1/management-keys", body), "secret");
    }

    /** The status of a call of the built-in model. */
    int call(String secret) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address() + "/v1/chat/completions"))
                .header("Authorization", "Bearer " + secret)
                .header("Content-Type", "application/json")
                .POST(
                        HttpRequest.BodyPublishers.ofString(
                                "{\"model\":\"demo-small\",\"max_tokens\":20,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
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

    static String csrf(String html) {
        return between(html, "name=\"csrf\" value=\"", "\"");
    }

    static String between(String text, String before, String after) {
        int at = text.indexOf(before);
        assertThat(at).as("no " + before + " in " + text).isNotNegative();
        int from = at + before.length();
        return text.substring(from, text.indexOf(after, from));
    }

    static String member(String json, String name) {
        return between(json, "\"" + name + "\":\"", "\"");
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.close();
        gateway.close();
    }

    /** A browser: the cookie it has, and the token of its forms. */
    record Visitor(String token, String csrf) {
        static final Visitor NOBODY = new Visitor("", "");

        Visitor with(String other) {
            return new Visitor(token, other);
        }
    }
}
