package dev.keymesh.gateway.api;

import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.wire.RequestRecord;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls as server-sent events, one each as it ends. A comment keeps the connection alive; the stream ends with the right to
 * it, and where its reader does not keep up.
 */
final class RequestStream implements Live {
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final long HEARTBEAT_NANOS = Duration.ofSeconds(15).toNanos();

    private final CallFeed.Listener listener;
    private final BooleanSupplier may;
    private long askedAt = System.nanoTime();
    private long sentAt;
    private boolean begun;
    private boolean ended;

    RequestStream(CallFeed.Listener listener, BooleanSupplier may) {
        this.listener = listener;
        this.may = may;
    }

    @Override
    public byte @Nullable [] next() {
        if (ended || listener.ended()) {
            return null;
        }
        if (!begun) {
            begun = true;
            return sent(comment("live"));
        }
        if (System.nanoTime() - askedAt >= WAIT.toNanos()) {
            askedAt = System.nanoTime();
            if (!may.getAsBoolean()) {
                ended = true;
                return comment("the credential is not good for this any more");
            }
        }
        if (listener.dropped()) {
            ended = true;
            return comment("dropped, for it was not read fast enough; connect anew");
        }
        RequestRecord call = listener.next(WAIT);
        if (call != null) {
            return sent(event(call));
        }
        return System.nanoTime() - sentAt >= HEARTBEAT_NANOS ? sent(comment("alive")) : new byte[0];
    }

    private byte[] sent(byte[] what) {
        sentAt = System.nanoTime();
        return what;
    }

    private static byte[] comment(String text) {
        return (": " + text + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] event(RequestRecord call) {
        ByteArrayOutputStream event = new ByteArrayOutputStream();
        event.writeBytes(("id: " + call.id() + "\ndata: ").getBytes(StandardCharsets.UTF_8));
        event.writeBytes(Json.toBytes(call));
        event.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
        return event.toByteArray();
    }

    @Override
    public void close() {
        listener.close();
    }
}
