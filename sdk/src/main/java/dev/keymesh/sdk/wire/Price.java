package dev.keymesh.sdk.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a model costs, as the server shows it.
 *
 * @param provider the provider's name
 * @param model the model's name as callers send it
 * @param inputPerMillion US dollars for a million tokens, a decimal string of at most nine places, "0" is free
 * @param cachedInputPerMillion the same for input read from the provider's cache; null is the input rate
 * @param cacheWritePerMillion the same for input written to the cache; null is the catalogue's, else twice the input rate
 * @param cacheWrite1hPerMillion the same for a cache entry of one hour; null as before
 * @param outputPerMillion the same for output
 * @param maxOutputTokens the model's own maximum for one answer, 1 to 2^31-1; null is unknown
 * @param encoding the tokenizer, e.g. {@code o200k_base}; null is the kind's default
 * @param version {@code prc_...}, another with every change of the entry; ledger rows name it
 */
public record Price(
        String provider,
        String model,
        String inputPerMillion,
        @Nullable String cachedInputPerMillion,
        @Nullable String cacheWritePerMillion,
        @Nullable String cacheWrite1hPerMillion,
        String outputPerMillion,
        @Nullable Long maxOutputTokens,
        @Nullable String encoding,
        String version,
        Instant createdAt) {}
