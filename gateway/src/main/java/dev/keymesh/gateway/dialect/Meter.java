package dev.keymesh.gateway.dialect;

import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.price.Usage;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads an answer as it passes: what it used, how much was relayed, whether it is whole. Alters and keeps nothing. */
public sealed interface Meter permits JsonMeter, SseMeter {
    /** The answer's next bytes; the buffer's position stays. */
    void feed(ByteBuffer chunk);

    /** What is to be relayed of the bytes: the bytes, unless something was asked for that the caller did not ask for. */
    default List<ByteBuffer> relay(ByteBuffer chunk, boolean last) {
        feed(chunk);
        return List.of(chunk);
    }

    /** Null where nothing usable was reported. */
    @Nullable
    Usage usage();

    /** Input tokens reported so far; -1 is none. */
    long reportedInput();

    /** Output tokens reported so far. */
    long reportedOutput();

    /** Bytes of output that went by: a bound of its tokens. */
    long outputBytes();

    /** Events of a stream that carried output: a bound of its tokens from below, where the provider sends them one by one. */
    default long outputEvents() {
        return 0;
    }

    /** Whether what was relayed ends between two events of a stream, so that one of ours may follow. */
    default boolean betweenEvents() {
        return false;
    }

    /** The number that the next event of a stream would have, where its events are numbered; else 0. */
    default long nextSequence() {
        return 0;
    }

    /** What the answer has said of itself so far. */
    AnswerNames names();

    /** The vendor's own end was seen. */
    boolean finished();

    /**
     * A meter for one answer.
     *
     * @param withoutUsageChunk take the usage-only chunk out again: Keymesh asked for it, not the caller
     */
    static Meter of(Operation operation, ProviderKind kind, boolean sse, boolean withoutUsageChunk) {
        return sse ? new SseMeter(operation, kind, withoutUsageChunk) : new JsonMeter(operation, kind);
    }
}
