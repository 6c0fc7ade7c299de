package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.Refusal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Reads a request's body by demand, within the limits of one body and of all bodies in flight; a body is in flight until
 * its exchange ends.
 */
final class BodyReader implements Invocable.Task {
    static final long MAX_BYTES = 32L * 1024 * 1024;
    private static final long MAX_IN_FLIGHT = 96L * 1024 * 1024;

    private final Request request;
    private final AtomicLong inFlight;
    private final Consumer<byte[]> then;
    private final Consumer<Refusal> refused;
    private byte[] bytes;
    private int length;
    private long counted;

    BodyReader(Request request, AtomicLong inFlight, Consumer<byte[]> then, Consumer<Refusal> refused) {
        this.request = request;
        this.inFlight = inFlight;
        this.then = then;
        this.refused = refused;
        long announced = request.getLength();
        Request.addCompletionListener(request, _ -> inFlight.addAndGet(-counted));
        bytes = new byte[announced > 0 && announced <= 65_536 ? (int) announced : 4_096];
    }

    void start() {
        if (request.getLength() > MAX_BYTES) {
            refused.accept(Refusal.tooLarge(MAX_BYTES));
        } else {
            run();
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public void run() {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                refused.accept(Refusal.invalid(null, "The body ended before it was whole."));
                return;
            }
            boolean last = chunk.isLast();
            Refusal refusal = append(chunk.getByteBuffer());
            chunk.release();
            if (refusal != null) {
                refused.accept(refusal);
                return;
            }
            if (last) {
                then.accept(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
                return;
            }
        }
    }

    private @org.jspecify.annotations.Nullable Refusal append(ByteBuffer buffer) {
        int more = buffer.remaining();
        if ((long) length + more > MAX_BYTES) {
            return Refusal.tooLarge(MAX_BYTES);
        }
        counted += more;
        if (inFlight.addAndGet(more) > MAX_IN_FLIGHT) {
            return Refusal.unavailable("Keymesh is reading as many bytes as it can. Try again.");
        }
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
        buffer.get(bytes, length, more);
        length += more;
        return null;
    }
}
