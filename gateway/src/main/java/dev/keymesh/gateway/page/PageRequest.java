package dev.keymesh.gateway.page;

import java.util.Map;
import java.util.Set;

/**
 * One request for a page.
 *
 * @param path as it was written, percent-encoded
 * @param query raw; empty is none
 * @param headers those of {@link #HEADERS} that came, by names in small letters
 * @param session the value of the session's cookie; empty is none
 * @param secure whether it came over TLS
 * @param address the caller's
 * @param body of a form, {@code application/x-www-form-urlencoded}; empty where it was too large
 */
public record PageRequest(
        String method,
        String path,
        String query,
        Map<String, String> headers,
        String session,
        boolean secure,
        String address,
        String body,
        boolean bodyTooLarge) {
    /** What pages read besides the cookie. */
    public static final Set<String> HEADERS =
            Set.of("host", "origin", "sec-fetch-site", "content-type", "hx-request", "if-none-match", "accept");

    /** A header's value; empty where it is absent. */
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    // The body may hold a credential, and the session is one.
    @Override
    public String toString() {
        return method + " " + path;
    }
}
