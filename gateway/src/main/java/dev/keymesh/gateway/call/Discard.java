package dev.keymesh.gateway.call;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Reads what is left of a body and goes on: a connection with unread bytes is closed under the answer, and the client's
 * next request on it is lost. One that is announced as large is not begun: the sooner the answer, the likelier it is read.
 */
final class Discard implements Invocable.Task {
    private static final int MOST = 1024 * 1024;

    private final Request request;
    private final Runnable then;
    private int read;

    private Discard(Request request, Runnable then) {
        this.request = request;
        this.then = then;
    }

    static void rest(Request request, Runnable then) {
        if (request.getLength() > MOST) {
            then.run();
        } else {
            new Discard(request, then).run();
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public void run() {
        while (read <= MOST) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                break;
            }
            read += chunk.remaining();
            chunk.release();
            if (chunk.isLast()) {
                break;
            }
        }
        then.run();
    }
}
