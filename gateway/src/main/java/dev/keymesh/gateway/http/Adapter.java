package dev.keymesh.gateway.http;

import dev.keymesh.gateway.api.Live;
import dev.keymesh.gateway.call.Discard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What the adapters between HTTP and those who know no HTTP have in common. */
final class Adapter {
    private Adapter() {}

    /** The body, or one byte more than is taken of it. */
    static byte[] body(Request request, int most) throws IOException {
        // Not closed, for that fails what is left to read.
        return Content.Source.asInputStream(request).readNBytes(most + 1);
    }

    /** The headers of these names, which are in lower case; the last one of each. */
    static Map<String, String> headers(Request request, Set<String> names) {
        Map<String, String> headers = new HashMap<>();
        for (HttpField field : request.getHeaders()) {
            if (names.contains(field.getLowerCaseName()) && field.getValue() != null) {
                headers.put(field.getLowerCaseName(), field.getValue());
            }
        }
        return headers;
    }

    static String query(Request request) {
        String query = request.getHttpURI().getQuery();
        return query == null ? "" : query;
    }

    /** Writes an answer, and reads what is left of its request. */
    static void send(
            int status,
            Map<String, String> headers,
            byte[] body,
            Request request,
            Response response,
            Callback callback) {
        head(status, headers, response);
        response.write(true, ByteBuffer.wrap(body), Discard.before(request, callback));
    }

    /** The same for one that may go on. */
    static void send(
            int status,
            Map<String, String> headers,
            byte[] body,
            @Nullable Live live,
            Request request,
            Response response,
            Callback callback,
            Drainage drainage) {
        if (live == null) {
            send(status, headers, body, request, response, callback);
        } else {
            head(status, headers, response);
            Streams.send(live, response, callback, drainage);
        }
    }

    private static void head(int status, Map<String, String> headers, Response response) {
        response.setStatus(status);
        headers.forEach((name, value) -> response.getHeaders().put(name, value));
    }
}
