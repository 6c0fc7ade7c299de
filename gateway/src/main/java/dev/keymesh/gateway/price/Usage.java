package dev.keymesh.gateway.price;

/**
 * What a provider says that a call used, in tokens.
 *
 * @param inputTokens all input, caches included
 * @param cacheWriteTokens written to a cache because the request asked for it, for 5 minutes; none of the next two
 * @param cacheWrite1hTokens the same for an hour
 * @param unaskedCacheWriteTokens written to a cache by the provider's own choice, as OpenAI does
 * @param outputTokens all output, reasoning included
 */
public record Usage(
        long inputTokens,
        long cachedInputTokens,
        long cacheWriteTokens,
        long cacheWrite1hTokens,
        long unaskedCacheWriteTokens,
        long outputTokens,
        UsageDetails details) {

    public Usage(
            long inputTokens,
            long cachedInputTokens,
            long cacheWriteTokens,
            long cacheWrite1hTokens,
            long unaskedCacheWriteTokens,
            long outputTokens) {
        this(
                inputTokens,
                cachedInputTokens,
                cacheWriteTokens,
                cacheWrite1hTokens,
                unaskedCacheWriteTokens,
                outputTokens,
                UsageDetails.NONE);
    }

    /** The same, with nothing said of the tier that served it. */
    Usage withoutTier() {
        return new Usage(
                inputTokens,
                cachedInputTokens,
                cacheWriteTokens,
                cacheWrite1hTokens,
                unaskedCacheWriteTokens,
                outputTokens,
                new UsageDetails(
                        details.audioInputTokens(),
                        details.audioCachedInputTokens(),
                        details.imageInputTokens(),
                        details.audioOutputTokens(),
                        details.imageOutputTokens(),
                        details.webSearches(),
                        details.audioMillis(),
                        details.characters(),
                        details.cost(),
                        null,
                        false));
    }

    /** The same with other details. */
    public Usage with(UsageDetails other) {
        return new Usage(
                inputTokens,
                cachedInputTokens,
                cacheWriteTokens,
                cacheWrite1hTokens,
                unaskedCacheWriteTokens,
                outputTokens,
                other);
    }
}
