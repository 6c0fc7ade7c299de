package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.Problem;
import jakarta.json.bind.JsonbException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The requests of a client: the credential added, records written and read, problems thrown. */
final class Api {
    private final Transport transport;
    private volatile @Nullable String credential;

    Api(Transport transport, @Nullable String credential) {
        this.transport = transport;
        this.credential = credential;
    }

    Api presenting(String other) {
        return new Api(transport, other);
    }

    void present(String other) {
        credential = other;
    }

    /** Refused here, because the JDK's own refusal of a header repeats its value. */
    static String checked(@Nullable String credential) {
        if (credential == null || credential.isBlank()) {
            throw new IllegalArgumentException("The credential is missing. Pass a management key (kma-...) or a virtual"
                    + " key (km-...); where it comes from an environment variable, set that.");
        }
        if (!credential.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("The credential holds a blank, a line break or another character that"
                    + " no key has. Pass the key alone, without quotes or white space around it.");
        }
        return credential;
    }

    <T> T get(String path, Class<T> type) {
        return read(send("GET", path, null), type);
    }

    <T> Page<T> page(String path, Class<T> item) {
        return page(send("GET", path, null), item);
    }

    <T> Page<T> postPage(String path, Object body, Class<T> item) {
        return page(send("POST", path, body), item);
    }

    private static <T> Page<T> page(WireResponse response, Class<T> item) {
        try {
            return Json.pageFromBytes(response.body(), item);
        } catch (JsonbException e) {
            throw unreadable(response);
        }
    }

    <T> T post(String path, @Nullable Object body, Class<T> type) {
        return read(send("POST", path, body), type);
    }

    <T> T put(String path, Object body, Class<T> type) {
        return read(send("PUT", path, body), type);
    }

    <T> T patch(String path, Patch patch, Class<T> type) {
        return read(exchange("PATCH", path, "application/merge-patch+json", Json.toBytes(patch.members())), type);
    }

    void delete(String path) {
        send("DELETE", path, null);
    }

    String csv(String path) {
        WireResponse response = exchange("GET", path, "text/csv, application/problem+json", "", null);
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    WireResponse exchange(String method, String path, String contentType, byte @Nullable [] body) {
        return exchange(method, path, "application/json, application/problem+json", contentType, body);
    }

    private WireResponse exchange(
            String method, String path, String accept, String contentType, byte @Nullable [] body) {
        Map<String, String> headers = new TreeMap<>();
        headers.put("accept", accept);
        if (body != null) {
            headers.put("content-type", contentType);
        }
        if (credential != null) {
            headers.put("authorization", "Bearer " + credential);
        }
        WireResponse response = transport.send(new WireRequest(method, path, headers, body));
        if (response.status() >= 400) {
            throw refused(response);
        }
        return response;
    }

    private WireResponse send(String method, String path, @Nullable Object body) {
        return exchange(method, path, "application/json", body == null ? null : Json.toBytes(body));
    }

    private static <T> T read(WireResponse response, Class<T> type) {
        try {
            return Json.fromBytes(response.body(), type);
        } catch (JsonbException e) {
            throw unreadable(response);
        }
    }

    private static KeymeshException refused(WireResponse response) {
        String type = response.header("content-type");
        if (type != null && type.startsWith("application/problem+json")) {
            try {
                return KeymeshException.of(response.status(), Json.fromBytes(response.body(), Problem.class));
            } catch (JsonbException e) {
                return unreadable(response);
            }
        }
        return KeymeshException.unexpected(
                response.status(),
                "The server answered " + response.status()
                        + " without saying why. Check that the address is a Keymesh server's, and any proxy before it.");
    }

    // The cause is left out: a parser's message quotes the body, and the body may hold a secret.
    private static KeymeshException unreadable(WireResponse response) {
        return KeymeshException.unexpected(
                response.status(),
                "The server answered " + response.status()
                        + " with a body that is not this API's. Check that the address is a Keymesh server's, and its version.");
    }
}
