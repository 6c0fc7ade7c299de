package dev.keymesh.gateway.api;

import java.util.Map;
import java.util.Set;

/**
 * One request of the REST API.
 *
 * @param query raw; empty is none
 * @param credential empty is none
 * @param twoCredentials two different ones came
 * @param headers those of {@link #HEADERS} that came, by names in small letters
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
public record ApiRequest(
        String method,
        String path,
        String query,
        String credential,
        boolean twoCredentials,
        Map<String, String> headers,
        byte[] body,
        boolean bodyTooLarge) {
    /** What the API reads besides the credential. */
    public static final Set<String> HEADERS =
            Set.of("content-type", "content-encoding", "accept", "idempotency-key", "if-match");

    /** Where the caller found this server, such as {@code https://keys.example.com}, among the headers. */
    public static final String ADDRESS = "address";

    /** A header's value; empty where it is absent. */
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
