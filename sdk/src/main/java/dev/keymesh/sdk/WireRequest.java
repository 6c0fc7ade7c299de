package dev.keymesh.sdk;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One request of the REST API.
 *
 * @param method in capitals
 * @param path starts with a slash, with the query, percent-encoded
 * @param headers by names in small letters
 * @param body null where there is none; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bytes that nobody compares
public record WireRequest(String method, String path, Map<String, String> headers, byte @Nullable [] body) {
    // Written out: the compiler drops the annotation of an array from a compact constructor's class file.
    public WireRequest(String method, String path, Map<String, String> headers, byte @Nullable [] body) {
        this.method = method;
        this.path = path;
        this.headers = lowerCased(headers);
        this.body = body;
    }

    /** A text as one segment of a path, or as a part of its query: percent-encoded, blanks too. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** A header's value; null where it is absent. */
    public @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    static Map<String, String> lowerCased(Map<String, String> headers) {
        Map<String, String> lower = new TreeMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        return Collections.unmodifiableMap(lower);
    }

    // Headers carry the credential and bodies carry secrets.
    @Override
    public String toString() {
        return "WireRequest[" + method + " " + path + "]";
    }
}
