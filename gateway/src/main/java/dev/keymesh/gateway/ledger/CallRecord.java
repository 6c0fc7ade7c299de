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
    long charged() {
        return cost == null ? 0 : cost;
    }
}
