package dev.keymesh.gateway.dialect;

/**
 * What a provider says that a call used, in tokens.
 *
 * @param inputTokens all input, caches included
 */
public record Usage(
        long inputTokens, long cachedInputTokens, long cacheWriteTokens, long cacheWrite1hTokens, long outputTokens) {}
