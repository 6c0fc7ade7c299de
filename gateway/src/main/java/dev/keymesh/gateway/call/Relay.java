package dev.keymesh.gateway.call;

import dev.keymesh.gateway.call.Settlement.Reached;
import dev.keymesh.gateway.dialect.Meter;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.dialect.RefusalBody;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.content.ByteBufferContentSource;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes an answer on as it comes: one chunk is read, metered, written, and only then is the next one asked for, so a
 * slow reader slows the provider. Settles before the last byte is written, and once, however the answer ends.
 *
 * <p>The head is held back until the first bytes: until then a failure is answered as a refusal.
 */
final class Relay implements org.eclipse.jetty.client.Response.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(8);
    private static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);

    private final ModelCall call;
    private final Response response;
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
    private int status;
    private Iterable<HttpField> fields = HttpFields.EMPTY;
    private boolean headWritten;
    /** Bytes of the answer that are still to come where its length is known; -1 where it is not. */
    private long remaining = -1;

    private volatile long writtenNanos;
    private long headNanos;
    private long firstOutputNanos;
    private long lastNanos;
    private boolean inputSeen;

    // Guarded by this: who may write, and the first reason to end, which waits for a write that runs.
    private @Nullable Meter meter;
    private boolean sse;
    private boolean writing;
    private boolean over;
    private boolean clientGone;
    private @Nullable Refusal ending;
    private Content.@Nullable Chunk parked;
    private long lastWriteNanos;

    Relay(ModelCall call, Response response, boolean withoutUsageChunk) {
        this.call = call;
        this.response = response;
        this.withoutUsageChunk = withoutUsageChunk;
        sse = call.asksForStream();
    }

    /** When the answer's head came; 0 is not yet. */
    long headNanos() {
        return headNanos;
    }

    /** How long the model may have worked unseen: from the written request to the first output. */
    long unseenNanos() {
        long from = writtenNanos;
        return from == 0 ? 0 : (firstOutputNanos == 0 ? System.nanoTime() : firstOutputNanos) - from;
    }

    void send(Request to) {
        synchronized (this) {
            if (over) {
                return;
            }
            upstream = to;
        }
        // Not at its commit: the answer to what was written may fail before that is told.
        to.onRequestBegin(_ -> writtenNanos = System.nanoTime());
        to.send(this);
    }

    /** Plays an answer that was made here: the built-in provider's. */
    void play(List<byte[]> parts, boolean stream) {
        writtenNanos = System.nanoTime();
        String type = stream ? "text/event-stream; charset=utf-8" : "application/json";
        begin(200, HttpFields.build().add(HttpHeader.CONTENT_TYPE, type));
        source =
                new ByteBufferContentSource(parts.stream().map(ByteBuffer::wrap).toArray(ByteBuffer[]::new));
        pump();
    }

    @Override
    public void onHeaders(org.eclipse.jetty.client.Response answer) {
        begin(answer.getStatus(), answer.getHeaders());
    }

    private void begin(int answered, HttpFields with) {
        status = answered;
        fields = with;
        remaining = with.getLongField(HttpHeader.CONTENT_LENGTH);
        String type = with.get(HttpHeader.CONTENT_TYPE);
        boolean events = type != null && type.regionMatches(true, 0, "text/event-stream", 0, 17);
        synchronized (this) {
            headNanos = System.nanoTime();
            lastWriteNanos = headNanos;
            sse = events;
            meter = Meter.of(call.operation(), call.kind(), events, withoutUsageChunk && events);
        }
        if (answered == 401 || answered == 403) {
            call.credentialRejected(answered);
        }
        if (answered == 401) {
            credentialRejected();
        }
    }

    /** The provider refuses our credential: never a 401 to the caller, whose own key is good. */
    private void credentialRejected() {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        Refusal refusal = Refusal.credentialRejected(call.providerName());
        call.settle(Reached.NOTHING, call.status(refusal), status, null, "failed", refusal.code());
        call.refuse(refusal);
    }

    @Override
    public void onContentSource(org.eclipse.jetty.client.Response answer, Content.Source content) {
        source = content;
        pump();
    }

    /** Reads chunks until one is being written; the write's completion asks for the next. */
    private void pump() {
        Content.Source from = java.util.Objects.requireNonNull(source);
        try {
            while (true) {
                Content.Chunk chunk = from.read();
                if (chunk == null) {
                    from.demand(pump);
                    return;
                }
                if (Content.Chunk.isFailure(chunk)) {
                    broken(chunk.getFailure());
                    return;
                }
                if (!pass(chunk)) {
                    return;
                }
            }
        } catch (RuntimeException e) {
            bug(e);
        }
    }

    /** The last resort: whatever state it left, the hold resolves and the exchange ends. */
    private void bug(RuntimeException e) {
        LOG.error("The relay of call {} ended by a bug.", call.id(), e);
        synchronized (this) {
            writing = false;
            over = true;
        }
        abort();
        call.settle(Reached.PART, status, status, meter, "failed", "bug");
        call.failed(e);
    }

    /** Whether the next chunk is to be read at once: else a write runs, or there is no next one. */
    private boolean pass(Content.Chunk chunk) {
        boolean last;
        boolean gone;
        boolean beyond;
        ByteBuffer bytes;
        synchronized (this) {
            if (writing) {
                parked = chunk;
                return false;
            }
            last = chunk.isLast() || isLast(chunk.remaining());
            gone = clientGone;
            if (over || ending != null) {
                boolean end = chunk.isLast();
                chunk.release();
                return !end;
            }
            bytes = metered(chunk.getByteBuffer(), last);
            if (!last && (gone || !bytes.hasRemaining())) {
                chunk.release();
                return true;
            }
            beyond = !last && sse && call.isBeyondHold(java.util.Objects.requireNonNull(meter));
            over = last;
            writing = !gone;
        }
        if (last) {
            lastNanos = System.nanoTime();
            call.settle(Reached.WHOLE, status, status, meter, status < 400 ? "completed" : "failed", null);
        }
        if (gone) {
            release(chunk);
        } else {
            writeHead();
            response.write(last, bytes, new Written(chunk, last));
        }
        if (beyond) {
            stop(Refusal.beyondHold());
        }
        return false;
    }

    private ByteBuffer metered(ByteBuffer chunk, boolean last) {
        Meter metering = java.util.Objects.requireNonNull(meter);
        List<ByteBuffer> out = metering.relay(chunk, last);
        if (sse && !inputSeen && metering.reportedInput() >= 0 && !last) {
            inputSeen = true;
            call.reported(metering.reportedInput());
        }
        if (firstOutputNanos == 0 && sse && metering.outputBytes() > 0) {
            firstOutputNanos = System.nanoTime();
        }
        return out.isEmpty() ? ByteBuffer.allocate(0) : out.getFirst();
    }

    /** The last byte is known by the length, before the end of the content is: so the settle comes before it. */
    private boolean isLast(int bytes) {
        if (remaining < 0) {
            return false;
        }
        remaining -= bytes;
        return remaining == 0;
    }

    private void writeHead() {
        if (!headWritten) {
            headWritten = true;
            call.head(status, fields, withoutUsageChunk && sse);
        }
    }

    /** After the last byte: takes the end of the content too, so that the connection serves others. */
    private void release(Content.Chunk last) {
        boolean end = last.isLast();
        last.release();
        if (!end) {
            drain();
        }
    }

    private void drain() {
        Content.Source from = java.util.Objects.requireNonNull(source);
        Content.Chunk end = from.read();
        if (end == null) {
            from.demand(this::drain);
        } else {
            end.release();
        }
    }

    /**
     * Ends a stream with the vendor's error event, or with a refusal where nothing was written; other answers run to their
     * end. Says whether it ends the call.
     */
    boolean stop(Refusal why) {
        return stop(why, false);
    }

    /** The same for every answer: one that is no stream is broken off, and a refusal where nothing of it was written. */
    void halt(Refusal why) {
        var _ = stop(why, true);
    }

    private boolean stop(Refusal why, boolean whatever) {
        boolean now;
        synchronized (this) {
            if (over || ending != null || !(sse || whatever)) {
                return false;
            }
            ending = why;
            // Without a head it is known only when the exchange has ended whether the request was written.
            boolean unanswered = upstream != null && headNanos == 0;
            now = !writing && !unanswered;
            over = now;
        }
        abort();
        if (now) {
            finish();
        }
        return true;
    }

    private void abort() {
        Request running = upstream;
        if (running != null) {
            var _ = running.abort(new java.io.IOException("The call was ended by Keymesh."));
        }
    }

    /** The provider broke off, or could not be reached, or the call was ended before its answer's head. */
    void broken(Throwable why) {
        synchronized (this) {
            if (over) {
                return;
            }
            ending = ending == null ? refusal(why) : ending;
            if (writing) {
                return;
            }
            over = true;
        }
        finish();
    }

    private Refusal refusal(Throwable why) {
        if (why instanceof RejectedExecutionException) {
            return Refusal.unavailable(
                    "Too many calls wait for the provider '" + call.providerName() + "'. Try again.");
        }
        return why instanceof TimeoutException
                ? Refusal.upstreamTimeout(call.providerName())
                : Refusal.unreachable(call.providerName());
    }

    /** The end of an answer that is not whole; called once, while nothing is written. */
    private void finish() {
        Refusal why = ending;
        String code = why == null ? "client_closed" : why.code();
        int answered = headWritten || why == null ? status : call.status(why);
        Reached reached = headNanos != 0 ? Reached.PART : writtenNanos != 0 ? Reached.REQUEST : Reached.NOTHING;
        call.settle(reached, answered, status, meter, headNanos != 0 ? "aborted" : "failed", code);
        if (clientGone || why == null) {
            return;
        }
        if (!headWritten) {
            call.refuse(why);
        } else if (sse) {
            response.write(true, ByteBuffer.wrap(lastEvent(why)), call.completion());
        } else {
            call.failed(new java.io.IOException("The answer broke off."));
        }
    }

    /** The vendor's error event, after the end of an event that broke off in its middle. */
    private byte[] lastEvent(Refusal why) {
        Meter metering = meter;
        long sequence = metering == null ? 0 : metering.nextSequence();
        byte[] event = RefusalBody.errorEvent(call.operation(), why, call.id(), sequence);
        if (metering == null || metering.betweenEvents()) {
            return event;
        }
        ByteBuffer both = ByteBuffer.allocate(event.length + 2);
        return both.put((byte) '\n').put((byte) '\n').put(event).array();
    }

    @Override
    public void onComplete(Result result) {
        Throwable failure = result.getFailure();
        if (failure != null) {
            broken(failure);
            return;
        }
        if (source == null) {
            var _ = pass(Content.Chunk.EOF);
        }
        synchronized (this) {
            // Stopped before its head, and whole before the stop could end it.
            if (over || writing || ending == null) {
                return;
            }
            over = true;
        }
        finish();
    }

    /** Tells a caller whose stream is silent that it still runs; a caller that left is noticed by it. */
    void beat(long nowNanos) {
        synchronized (this) {
            boolean due = nowNanos - lastWriteNanos > SILENCE_NANOS;
            Meter metering = meter;
            if (!due || over || ending != null || writing || !sse || metering == null || !metering.betweenEvents()) {
                return;
            }
            writing = true;
        }
        try {
            writeHead();
            response.write(false, ByteBuffer.wrap(KEEP_ALIVE), new Written(null, false));
        } catch (RuntimeException e) {
            bug(e);
        }
    }

    /** What follows a write; without a chunk it was a keep-alive. */
    private final class Written implements Callback {
        private final Content.@Nullable Chunk chunk;
        private final boolean last;

        Written(Content.@Nullable Chunk chunk, boolean last) {
            this.chunk = chunk;
            this.last = last;
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        @Override
        public void succeeded() {
            if (last && chunk != null) {
                call.succeeded(writtenNanos, lastNanos);
                release(chunk);
                return;
            }
            goOn();
        }

        private void goOn() {
            Content.Chunk next;
            boolean end;
            if (chunk != null) {
                chunk.release();
            }
            synchronized (Relay.this) {
                writing = false;
                lastWriteNanos = sse ? System.nanoTime() : 0;
                next = parked;
                parked = null;
                end = ending != null && !over;
                over |= end;
            }
            if (end) {
                if (next != null) {
                    next.release();
                }
                finish();
            } else if (chunk != null || (next != null && unparked(next))) {
                java.util.Objects.requireNonNull(source).demand(pump);
            }
        }

        private boolean unparked(Content.Chunk next) {
            try {
                return pass(next);
            } catch (RuntimeException e) {
                bug(e);
                return false;
            }
        }

        @Override
        public void failed(Throwable x) {
            if (last && chunk != null) {
                call.failed(x);
                release(chunk);
                return;
            }
            if (chunk != null) {
                chunk.release();
            }
            callerGone(x);
        }
    }

    /** The caller is gone: a stream is stopped, another answer is read to its end, for the provider bills it anyway. */
    private void callerGone(Throwable why) {
        boolean end;
        Content.Chunk next;
        synchronized (this) {
            writing = false;
            clientGone = true;
            next = parked;
            parked = null;
            end = !over && (sse || ending != null);
            over |= end;
        }
        if (next != null) {
            next.release();
        }
        call.failed(why);
        if (end) {
            abort();
            finish();
        } else {
            pump();
        }
    }
}
