package dev.keymesh.gateway.page;

import dev.keymesh.gateway.api.Live;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One answer of the dashboard.
 *
 * @param live what follows the body; null is nothing
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
public record PageResponse(
        int status,
        Map<String, String> headers,
        byte[] body,
        @Nullable Live live) {
    PageResponse(int status, Map<String, String> headers, byte[] body) {
        this(status, headers, body, null);
    }

    static PageResponse html(int status, String html) {
        return new PageResponse(
                status,
                Map.of("Content-Type", "text/html; charset=utf-8", "Cache-Control", "no-store"),
                html.getBytes(StandardCharsets.UTF_8));
    }

    /** Where to go on, with GET. */
    static PageResponse to(String path) {
        return new PageResponse(303, Map.of("Location", path, "Cache-Control", "no-store"), new byte[0]);
    }

    /** The same with one more header. */
    PageResponse with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new PageResponse(status, more, body, live);
    }

    @Override
    public String toString() {
        return "PageResponse[" + status + ", " + body.length + " bytes]";
    }
}
