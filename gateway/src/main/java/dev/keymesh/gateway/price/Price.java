package dev.keymesh.gateway.price;

import org.jspecify.annotations.Nullable;

/**
 * A model's rates, in nano-dollars for a million tokens; history never reprices, so each has a version.
 *
 * @param cachedInput absent is the input rate; 0 is free
 * @param cacheWrite absent is twice the input rate, or the input rate where the provider writes unasked
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
    /** For what need not be priced, but bounded. */
    public static final Price NONE = new Price("", 0, null, null, null, 0, null, null);

    long cachedRate() {
        return cachedInput == null ? input : cachedInput;
    }

    long cacheWriteRate() {
        return cacheWrite == null ? twiceInput() : cacheWrite;
    }

    long cacheWrite1hRate() {
        return cacheWrite1h == null ? Math.max(cacheWriteRate(), twiceInput()) : cacheWrite1h;
    }

    /**
     * Of what the provider writes without being asked: any long call may, so a rate that is guessed at twice the input
     * would double the hold of every plain call. Where the price has none it is input like any other.
     */
    long unaskedCacheWriteRate() {
        return cacheWrite == null ? input : cacheWrite;
    }

    private long twiceInput() {
        return input > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : 2 * input;
    }

    /** The most that a token of input can cost where the body can make the provider write its cache. */
    long dearestInput() {
        return Math.max(Math.max(input, cachedRate()), Math.max(cacheWriteRate(), cacheWrite1hRate()));
    }
}
