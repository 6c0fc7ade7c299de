package dev.keymesh.sdk.wire;

import org.jspecify.annotations.Nullable;

/**
 * Usage summed over calls. A member by which was not grouped is null; grouping by nothing gives one row, the total.
 *
 * @param key the key's id
 * @param day {@code YYYY-MM-DD} in UTC
 * @param provider the provider's name
 * @param workspace {@code SPACE/ID}
 * @param owner of the key, as it is now; so are tag and externalId
 * @param tag a call of a key with several tags counts in the row of each
 * @param hour the hour's first instant in UTC, {@code YYYY-MM-DDTHH:00:00Z}
 * @param inputTokens all input, the cached part included
 * @param cost US dollars, a decimal string of at most nine places; calls without a price count as nothing
 */
public record UsageRow(
        @Nullable String key,
        @Nullable String model,
        @Nullable String day,
        @Nullable String provider,
        @Nullable String workspace,
        @Nullable String owner,
        @Nullable String tag,
        @Nullable String hour,
        @Nullable String externalId,
        long requests,
        long inputTokens,
        long cachedInputTokens,
        long outputTokens,
        String cost,
        String currency) {}
