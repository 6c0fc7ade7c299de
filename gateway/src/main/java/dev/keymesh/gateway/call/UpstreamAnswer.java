package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.provider.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpFields;

/** A provider's answer that is read in place, on a thread that may wait. */
final class UpstreamAnswer implements AutoCloseable {
    /** Of what is read as a whole: an object, or a page of them. */
    private static final int MOST = 32 * 1024 * 1024;

    private final Response head;
    private final InputStream body;

    private UpstreamAnswer(Response head, InputStream body) {
        this.head = head;
        this.body = body;
    }

    static UpstreamAnswer of(Request request, Provider provider, long millis) throws NoAnswer {
        AtomicBoolean written = new AtomicBoolean();
        InputStreamResponseListener listener = new InputStreamResponseListener();
        try {
            request.onRequestBegin(_ -> written.set(true)).send(listener);
            Response head = listener.get(millis, TimeUnit.MILLISECONDS);
            return new UpstreamAnswer(head, listener.getInputStream());
        } catch (TimeoutException e) {
            var _ = request.abort(e);
            throw new NoAnswer(Refusal.upstreamTimeout(provider.name()), written.get());
        } catch (ExecutionException | RejectedExecutionException e) {
            Refusal refusal = e.getCause() instanceof TimeoutException
                    ? Refusal.upstreamTimeout(provider.name())
                    : Refusal.unreachable(provider.name());
            throw new NoAnswer(refusal, written.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoAnswer(Refusal.unavailable("Keymesh is stopping."), written.get());
        }
    }

    int status() {
        return head.getStatus();
    }

    boolean isGood() {
        return status() >= 200 && status() < 300;
    }

    HttpFields fields() {
        return head.getHeaders();
    }

    InputStream stream() {
        return body;
    }

    /** All of it, where it is not too long to be an object. */
    byte[] whole() throws IOException {
        byte[] bytes = body.readNBytes(MOST);
        if (bytes.length == MOST) {
            throw new IOException("the answer is longer than " + MOST + " bytes");
        }
        return bytes;
    }

    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            // What was not read is of no interest.
        }
    }
}
