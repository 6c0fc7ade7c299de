package dev.keymesh.gateway.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one call ended: usage, requests and replay all read it. Metadata only, never a body.
 *
 * @param status what the caller was answered
 * @param outcome {@code completed}, {@code refused}, {@code aborted}, {@code failed}
 * @param cost nano-dollars; null where the model has no price
 * @param settlement {@code reported}, {@code estimated}, {@code unknown} or {@code none}
 * @param facts JSON of what the policy saw
 */
public record CallRecord(
        String id,
        Scopes scopes,
        @Nullable String provider,
        @Nullable String model,
        String operation,
        int status,
        @Nullable Integer upstreamStatus,
        String outcome,
        @Nullable String errorCode,
        boolean stream,
        long inputTokens,
        long cachedInputTokens,
        long outputTokens,
        @Nullable Long cost,
        String settlement,
        @Nullable String priceVersion,
        @Nullable String facts,
        Instant startedAt,
        long durationMs,
        @Nullable Long firstByteMs) {
    private static final String NONE = "none";
    private static final String UNKNOWN = "unknown";
    /** A million dollars, in nano-dollars: a cost beyond it is a mistake, and one that adds up would hide all others. */
    public static final long MOST_COST = 1_000_000_000_000_000L;

    long charged() {
        return cost == null ? 0 : cost;
    }

    public CallRecord {
        cost = cost == null || cost <= MOST_COST ? cost : (Long) MOST_COST;
    }

    /** Whether it counts as a request: what a provider refused, or never saw, does not. */
    boolean counts() {
        return !settlement.equals(NONE);
    }

    /**
     * What the call is charged in each unit.
     *
     * @param held what was held for it; where it is not known what the provider did, that is charged
     */
    Amounts charge(Amounts held) {
        long tokens = settlement.equals(UNKNOWN) ? held.tokens() : inputTokens + outputTokens;
        return new Amounts(charged(), counts() ? 1 : 0, tokens);
    }

    /** The same, charged no more than what is held, unless the provider itself said more. */
    CallRecord within(long held) {
        return settlement.equals("reported") || charged() <= held
                ? this
                : new CallRecord(
                        id,
                        scopes,
                        provider,
                        model,
                        operation,
                        status,
                        upstreamStatus,
                        outcome,
                        errorCode,
                        stream,
                        inputTokens,
                        cachedInputTokens,
                        outputTokens,
                        held,
                        settlement,
                        priceVersion,
                        facts,
                        startedAt,
                        durationMs,
                        firstByteMs);
    }
}
