package dev.keymesh.gateway.call;

import dev.keymesh.gateway.call.Settlement.Reached;
import dev.keymesh.gateway.dialect.Meter;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.dialect.RefusalBody;
import dev.keymesh.gateway.dialect.Shape;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * Passes an answer on as it comes: one chunk is read, metered, written, and only then is the next one asked for, so a
 * slow reader slows the provider. Settles before the last byte is written.
 */
final class Relay implements org.eclipse.jetty.client.Response.Listener {
    private final ModelCall call;
    private final Response response;
    private final Shape shape;
    private final boolean withoutUsageChunk;
    private final Invocable.Task pump = new Invocable.Task() {
        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        @Override
        public void run() {
            pump();
        }
    };

    private @Nullable Request upstream;
    private Content.@Nullable Source source;
    private @Nullable Meter meter;
    private volatile boolean written;
    private int upstreamStatus;
    private boolean sse;
    /** Bytes of the answer that are still to come where its length is known; -1 where it is not. */
    private long remaining = -1;

    private boolean clientGone;
    private volatile long firstByteNanos;

    // Guarded by this: a write that runs, and an end that waits for it.
    private boolean writing;
    private boolean ended;
    private @Nullable Refusal stopped;
    private boolean broken;

    Relay(ModelCall call, Response response, Shape shape, boolean withoutUsageChunk) {
        this.call = call;
        this.response = response;
        this.shape = shape;
        this.withoutUsageChunk = withoutUsageChunk;
    }

    long firstByteNanos() {
        return firstByteNanos;
    }

    void send(Request to) {
        upstream = to;
        to.onRequestCommit(_ -> written = true);
        to.send(this);
    }

    @Override
    public void onHeaders(org.eclipse.jetty.client.Response answer) {
        HttpFields fields = answer.getHeaders();
        remaining = fields.getLongField(HttpHeader.CONTENT_LENGTH);
        begin(answer.getStatus(), isSse(fields.get(HttpHeader.CONTENT_TYPE)), fields);
    }

    private static boolean isSse(@Nullable String type) {
        return type != null && type.regionMatches(true, 0, "text/event-stream", 0, 17);
    }

    private void begin(int status, boolean stream, Iterable<HttpField> fields) {
        upstreamStatus = status;
        sse = stream;
        meter = Meter.of(shape, stream, withoutUsageChunk && stream);
        firstByteNanos = System.nanoTime();
        if (status != 401) {
            call.head(status, fields);
            if (withoutUsageChunk && stream) {
                response.getHeaders().remove(HttpHeader.CONTENT_LENGTH);
            }
        }
    }

    @Override
    public void onContentSource(org.eclipse.jetty.client.Response answer, Content.Source content) {
        source = content;
        pump();
    }

    /** Reads one chunk and writes it; its completion asks for the next. */
    private void pump() {
        Content.Source from = java.util.Objects.requireNonNull(source);
        while (true) {
            Content.Chunk chunk = from.read();
            if (chunk == null) {
                from.demand(pump);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                if (chunk.isLast()) {
                    failed(chunk.getFailure());
                }
                return;
            }
            if (take(chunk)) {
                return;
            }
        }
    }

    /** Whether a write runs now, or all is over; else the next chunk is to be read at once. */
    private boolean take(Content.Chunk chunk) {
        boolean last = chunk.isLast() || isLast(chunk.remaining());
        Meter metering = java.util.Objects.requireNonNull(meter);
        List<ByteBuffer> out = metering.relay(chunk.getByteBuffer(), last);
        ByteBuffer bytes = out.isEmpty() ? ByteBuffer.allocate(0) : out.getFirst();
        if (upstreamStatus == 401) {
            boolean end = chunk.isLast();
            chunk.release();
            if (last) {
                credentialRejected();
                if (!end) {
                    drain();
                }
            }
            return last;
        }
        if (clientGone) {
            boolean end = chunk.isLast();
            chunk.release();
            if (last) {
                settleWhole();
                if (!end) {
                    drain();
                }
            }
            return last;
        }
        if (!last && !bytes.hasRemaining()) {
            chunk.release();
            return false;
        }
        if (!mayWrite()) {
            chunk.release();
            return true;
        }
        if (last) {
            settleWhole();
        }
        response.write(last, bytes, new Written(chunk, last));
        return true;
    }

    /** The last byte is known by the length, before the end of the content is: so the settle comes before it. */
    private boolean isLast(int bytes) {
        if (remaining < 0) {
            return false;
        }
        remaining -= bytes;
        return remaining == 0;
    }

    /** Takes the end of a content whose last byte was relayed, so that the connection serves others. */
    private void drain() {
        Content.Source from = java.util.Objects.requireNonNull(source);
        Content.Chunk end = from.read();
        if (end == null) {
            from.demand(this::drain);
        } else {
            end.release();
        }
    }

    private void settleWhole() {
        call.settle(Reached.WHOLE, upstreamStatus, meter, upstreamStatus < 400 ? "completed" : "failed", null);
    }

    private void credentialRejected() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        call.refuse(Refusal.credentialRejected(call.providerName()));
    }

    private synchronized boolean mayWrite() {
        if (ended || stopped != null || broken) {
            return false;
        }
        writing = true;
        return true;
    }

    /** After a write: hands over to an end that waited for it. */
    private boolean goesOn(boolean last) {
        Refusal why;
        synchronized (this) {
            writing = false;
            if (last) {
                ended = true;
                return false;
            }
            if (stopped == null && !broken) {
                return true;
            }
            ended = true;
            why = stopped;
        }
        finish(why);
        return false;
    }

    /** Ends a stream with the vendor's error event; other answers run to their end. */
    void stop(Refusal why) {
        synchronized (this) {
            if (ended || stopped != null || firstByteNanos == 0 || !sse) {
                return;
            }
            stopped = why;
            if (writing) {
                abort();
                return;
            }
            ended = true;
        }
        abort();
        finish(why);
    }

    private void abort() {
        Request running = upstream;
        if (running != null) {
            var _ = running.abort(new java.io.IOException("The call was ended by Keymesh."));
        }
    }

    /** The provider broke off, or could not be reached. */
    private void failed(Throwable why) {
        boolean begun = firstByteNanos != 0;
        synchronized (this) {
            if (ended) {
                return;
            }
            broken = true;
            if (writing) {
                return;
            }
            ended = true;
        }
        if (begun) {
            finish(stopped);
        } else {
            unanswered(why);
        }
    }

    private void unanswered(Throwable why) {
        boolean late = why instanceof TimeoutException || why instanceof SocketTimeoutException;
        Refusal refusal =
                late ? Refusal.upstreamTimeout(call.providerName()) : Refusal.unreachable(call.providerName());
        response.setStatus(refusal.status(shape));
        call.settle(written ? Reached.REQUEST : Reached.NOTHING, 0, null, "failed", refusal.code());
        call.refuse(refusal);
    }

    /** The end of an answer that began and is not whole. */
    private void finish(@Nullable Refusal why) {
        Refusal reason = why == null ? Refusal.unreachable(call.providerName()) : why;
        call.settle(Reached.PART, upstreamStatus, meter, "aborted", reason.code());
        if (!sse || clientGone) {
            call.failed(new java.io.IOException("The answer broke off."));
            return;
        }
        byte[] event = RefusalBody.errorEvent(shape, reason, call.id());
        response.write(true, ByteBuffer.wrap(event), new Callback() {
            @Override
            public void succeeded() {
                call.succeeded();
            }

            @Override
            public void failed(Throwable x) {
                call.failed(x);
            }

            @Override
            public InvocationType getInvocationType() {
                return InvocationType.NON_BLOCKING;
            }
        });
    }

    @Override
    public void onComplete(Result result) {
        Throwable failure = result.getFailure();
        if (failure != null) {
            failed(failure);
        }
    }

    /** The caller is gone: a stream is stopped, another answer is read to its end, for the provider bills it anyway. */
    private void callerGone(Throwable why) {
        clientGone = true;
        if (sse) {
            abort();
            call.settle(Reached.PART, upstreamStatus, meter, "aborted", "client_closed");
            call.failed(why);
        } else {
            call.failed(why);
            pump();
        }
    }

    /** Plays an answer that was made here: the built-in provider's. */
    void play(List<byte[]> parts, boolean stream) {
        written = true;
        begin(
                200,
                stream,
                HttpFields.build()
                        .add(
                                HttpHeader.CONTENT_TYPE,
                                stream ? "text/event-stream; charset=utf-8" : "application/json"));
        next(new ArrayDeque<>(parts));
    }

    private void next(Deque<byte[]> parts) {
        ByteBuffer bytes = ByteBuffer.wrap(parts.removeFirst());
        java.util.Objects.requireNonNull(meter).feed(bytes);
        if (!mayWrite()) {
            return;
        }
        boolean last = parts.isEmpty();
        if (last) {
            settleWhole();
        }
        response.write(last, bytes, new Callback() {
            @Override
            public void succeeded() {
                if (goesOn(last)) {
                    next(parts);
                } else if (last) {
                    call.succeeded();
                }
            }

            @Override
            public void failed(Throwable x) {
                callerGone(x);
            }

            @Override
            public InvocationType getInvocationType() {
                return InvocationType.NON_BLOCKING;
            }
        });
    }

    /** What follows the write of a chunk. */
    private final class Written implements Callback {
        private final Content.Chunk chunk;
        private final boolean last;

        Written(Content.Chunk chunk, boolean last) {
            this.chunk = chunk;
            this.last = last;
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        @Override
        public void succeeded() {
            boolean end = chunk.isLast();
            chunk.release();
            if (goesOn(last)) {
                java.util.Objects.requireNonNull(source).demand(pump);
            } else if (last) {
                call.succeeded();
                if (!end) {
                    drain();
                }
            }
        }

        @Override
        public void failed(Throwable x) {
            chunk.release();
            synchronized (Relay.this) {
                writing = false;
                ended = true;
            }
            callerGone(x);
        }
    }
}
