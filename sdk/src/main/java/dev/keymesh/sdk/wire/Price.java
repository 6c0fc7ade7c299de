package dev.keymesh.sdk.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model costs, as the server shows it.
 *
 * @param provider the provider's name; of the catalogue its kind
 * @param model the model's name as callers send it
 * @param inputPerMillion US dollars for a million tokens, a decimal string of at most nine places, "0" is free
 * @param cachedInputPerMillion the same for input read from the provider's cache; null is the input rate
 * @param cacheWritePerMillion the same for input written to the cache; null is the catalogue's, else twice the input rate
 * @param cacheWrite1hPerMillion the same for a cache entry of one hour; null as before
 * @param outputPerMillion the same for output
 * @param audioInputPerMillion the same for audio in the input; null, as of all that follow, is the catalogue's, else the rate of input or output
 * @param audioCachedInputPerMillion the same for audio read from the cache
 * @param audioOutputPerMillion the same for audio in the output
 * @param imageInputPerMillion the same for images in the input
 * @param imageOutputPerMillion the same for images in the output
 * @param webSearchPerThousand US dollars for a thousand searches that the vendor runs; null is the catalogue's, else nothing
 * @param audioPerHour US dollars for an hour of audio that is transcribed; null as before
 * @param charactersPerMillion US dollars for a million characters of text that is spoken; null as before
 * @param overrides rates that hold instead under a condition, applied in order
 * @param effectiveFrom when it comes into force
 * @param maxOutputTokens the model's own maximum for one answer, 1 to 2^31-1; null is unknown
 * @param contextTokens the most that the model takes and gives together; null is unknown
 * @param encoding the tokenizer, e.g. {@code o200k_base}; null is the kind's default
 * @param worstCaseInputTokens the most that one reference (a URL, a file id, an earlier response) brings into the input; null is unbounded, and such a call under a budget is refused
 * @param worstCaseAudioSeconds the longest that an audio file may be which is transcribed; null is unbounded, and where audio is billed by time such a call under a budget is refused
 * @param version {@code prc_...}, another with every change of the entry; ledger rows name it
 * @param source where the shipped catalogue has it from; null is an own entry
 * @param createdAt when it was written, or of the catalogue checked
 */
public record Price(
        String provider,
        String model,
        String inputPerMillion,
        @Nullable String cachedInputPerMillion,
        @Nullable String cacheWritePerMillion,
        @Nullable String cacheWrite1hPerMillion,
        String outputPerMillion,
        @Nullable String audioInputPerMillion,
        @Nullable String audioCachedInputPerMillion,
        @Nullable String audioOutputPerMillion,
        @Nullable String imageInputPerMillion,
        @Nullable String imageOutputPerMillion,
        @Nullable String webSearchPerThousand,
        @Nullable String audioPerHour,
        @Nullable String charactersPerMillion,
        List<PriceOverride> overrides,
        Instant effectiveFrom,
        @Nullable Long maxOutputTokens,
        @Nullable Long contextTokens,
        @Nullable String encoding,
        @Nullable Long worstCaseInputTokens,
        @Nullable Long worstCaseAudioSeconds,
        String version,
        @Nullable String source,
        Instant createdAt) {}
