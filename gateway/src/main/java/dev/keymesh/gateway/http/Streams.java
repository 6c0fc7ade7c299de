package dev.keymesh.gateway.http;

import dev.keymesh.gateway.api.Live;
import java.io.IOException;
import java.io.OutputStream;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Sends answers that go on, each on the virtual thread of its request, until they end, their reader goes or the server drains. */
final class Streams {
    private Streams() {}

    static void send(Live live, Response response, Callback callback, Drainage drainage) {
        if (HttpMethod.HEAD.is(response.getRequest().getMethod())) {
            // Nothing would be written, so that nobody noticed when its reader is gone.
            live.close();
            callback.succeeded();
            return;
        }
        try (live;
                OutputStream out = Content.Sink.asOutputStream(response)) {
            byte[] next = live.next();
            while (next != null && !drainage.hasBegun()) {
                if (next.length > 0) {
                    out.write(next);
                    out.flush();
                }
                next = live.next();
            }
        } catch (IOException e) {
            // The reader is gone, which is how such an answer mostly ends.
            callback.failed(e);
            return;
        }
        callback.succeeded();
    }
}
