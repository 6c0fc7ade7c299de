package dev.keymesh.sdk.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call through the gateway: metadata only, never a body.
 *
 * @param id starts with {@code req_}
 * @param key the key's id
 * @param workspace the workspace's slug
 * @param space the space's slug
 * @param provider the provider's name; null where the call was refused before one was chosen
 * @param model the model that was asked for; null for an operation without one
 * @param operation the gateway's name of the vendor's operation
 * @param status the HTTP status that the caller got
 * @param outcome how it ended, e.g. {@code complete}, {@code refused}, {@code aborted}
 * @param inputTokens all input, the cached part included; null where unknown, as are the next two
 * @param cost US dollars, a decimal string; null where the model has no price
 * @param settlement {@code reported}, {@code estimated}, {@code unknown}, {@code corrected} after one of these, or
 *     {@code none} where nothing was forwarded
 * @param reasons the decision's reason codes; empty where it allowed
 * @param durationMs milliseconds from the request's head to the answer's last byte
 * @param timeToFirstByteMs milliseconds to the answer's first byte; null where there was none
 * @param upstreamStatus the provider's HTTP status; null where it gave none
 * @param errorCode the code of a refusal or failure; null where there was none
 */
public record RequestRecord(
        String id,
        String key,
        String workspace,
        String space,
        @Nullable String provider,
        @Nullable String model,
        String operation,
        int status,
        String outcome,
        boolean stream,
        @Nullable Long inputTokens,
        @Nullable Long cachedInputTokens,
        @Nullable Long outputTokens,
        @Nullable String cost,
        String currency,
        String settlement,
        List<String> reasons,
        Instant startedAt,
        long durationMs,
        @Nullable Long timeToFirstByteMs,
        @Nullable Integer upstreamStatus,
        @Nullable String errorCode) {}
