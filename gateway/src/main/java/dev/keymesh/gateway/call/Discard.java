package dev.keymesh.gateway.call;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Ends a request whose body was answered before its end: reads what is left of it, and only then lets the server have
 * the connection back. One with unread bytes is reset at once, and the reset takes the answer with it that the client,
 * still sending, has not read yet.
 */
public final class Discard implements Invocable.Task {
    private static final long MOST = 64L * 1024 * 1024;
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Request request;
    private final Callback then;
    private final long until = System.nanoTime() + LONGEST_NANOS;
    private long read;

    private Discard(Request request, Callback then) {
        this.request = request;
        this.then = then;
    }

    /** What follows the last write of an answer, before what ends the exchange. */
    public static Callback before(Request request, Callback then) {
        // A client that waits to be asked for its body sends none after a refusal.
        return request.getHeaders().contains(HttpHeader.EXPECT)
                ? then
                : Callback.from(InvocationType.NON_BLOCKING, () -> new Discard(request, then).run(), then::failed);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public void run() {
        while (read <= MOST && System.nanoTime() - until < 0) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                break;
            }
            read += chunk.remaining();
            boolean last = chunk.isLast();
            chunk.release();
            if (last) {
                break;
            }
        }
        then.succeeded();
    }
}
