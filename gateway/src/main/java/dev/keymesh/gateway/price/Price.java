package dev.keymesh.gateway.price;

import org.jspecify.annotations.Nullable;

/**
 * A model's rates, in nano-dollars for a million tokens; history never reprices, so each has a version.
 *
 * @param cachedInput absent is the input rate; 0 is free
 * @param cacheWrite absent is twice the input rate
 * @param maxOutputTokens the most that the model gives; absent is unknown
 */
public record Price(
        String version,
        long input,
        @Nullable Long cachedInput,
        @Nullable Long cacheWrite,
        @Nullable Long cacheWrite1h,
        long output,
        @Nullable Integer maxOutputTokens,
        @Nullable String encoding) {

    long cachedRate() {
        return cachedInput == null ? input : cachedInput;
    }

    long cacheWriteRate() {
        return cacheWrite == null ? Math.multiplyExact(2, input) : cacheWrite;
    }

    long cacheWrite1hRate() {
        return cacheWrite1h == null ? Math.max(cacheWriteRate(), Math.multiplyExact(2, input)) : cacheWrite1h;
    }

    /** The most that a token of input can cost where the body can make the provider write its cache. */
    long dearestInput() {
        return Math.max(Math.max(input, cachedRate()), Math.max(cacheWriteRate(), cacheWrite1hRate()));
    }
}
