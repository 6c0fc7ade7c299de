package dev.keymesh.server.mcp;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one HTTP request: JSON where it is one message, a stream of events where more comes first. Used on a
 * virtual thread: writing blocks.
 */
final class HttpAnswer implements Outlet {
    private final Response response;
    private final Callback callback;
    private @Nullable OutputStream stream;
    private boolean ended;

    HttpAnswer(Response response, Callback callback) {
        this.response = response;
        this.callback = callback;
    }

    /** Tells the client its session. */
    void session(String id) {
        response.getHeaders().put("Mcp-Session-Id", id);
    }

    @Override
    public synchronized void send(JsonObject message) {
        if (ended) {
            return;
        }
        if (stream == null && !message.containsKey("method")) {
            json(200, message);
        } else {
            event("event: message\ndata: " + message + "\n\n");
        }
    }

    /** The whole answer. */
    synchronized void json(int status, JsonObject message) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        ended = true;
        Content.Sink.write(response, true, message.toString(), callback);
    }

    /** The whole answer, without a body. */
    synchronized void empty(int status) {
        response.setStatus(status);
        ended = true;
        response.write(true, null, callback);
    }

    /** A stream of events from now on. */
    synchronized void stream() {
        if (stream == null && !ended) {
            response.setStatus(200);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache");
            stream = Content.Sink.asOutputStream(response);
        }
    }

    /** A comment that keeps the connection alive; false once nobody reads it. */
    synchronized boolean alive() {
        event(": alive\n\n");
        return !ended;
    }

    private void event(String text) {
        stream();
        try {
            if (stream != null && !ended) {
                stream.write(text.getBytes(StandardCharsets.UTF_8));
                stream.flush();
            }
        } catch (IOException e) {
            // The client is gone; what it asked for goes on, as the protocol wants.
            ended = true;
            callback.failed(e);
        }
    }

    /** Ends a stream; what was never answered, because it was cancelled, is an empty one. */
    @Override
    public synchronized void close() {
        if (ended) {
            return;
        }
        stream();
        ended = true;
        try {
            if (stream != null) {
                stream.close();
            }
            callback.succeeded();
        } catch (IOException e) {
            callback.failed(e);
        }
    }
}
