package dev.keymesh.gateway.price;

import java.math.BigInteger;

/** What tokens cost: an exact sum over the rates, rounded up once. */
public final class Cost {
    private static final long MILLION = 1_000_000;

    private Cost() {}

    /** Nano-dollars; an amount beyond a long is the largest long. */
    public static long of(Usage usage, Price price) {
        long plain = usage.inputTokens()
                - usage.cachedInputTokens()
                - usage.cacheWriteTokens()
                - usage.cacheWrite1hTokens()
                - usage.unaskedCacheWriteTokens();
        return roundUp(product(plain, price.input())
                .add(product(usage.cachedInputTokens(), price.cachedRate()))
                .add(product(usage.cacheWriteTokens(), price.cacheWriteRate()))
                .add(product(usage.cacheWrite1hTokens(), price.cacheWrite1hRate()))
                .add(product(usage.unaskedCacheWriteTokens(), price.unaskedCacheWriteRate()))
                .add(product(usage.outputTokens(), price.output())));
    }

    /** Nano-dollars of input at one rate and output at the output rate. */
    public static long of(long inputTokens, long inputRate, long outputTokens, long outputRate) {
        return roundUp(product(inputTokens, inputRate).add(product(outputTokens, outputRate)));
    }

    private static BigInteger product(long tokens, long rate) {
        return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(rate));
    }

    private static long roundUp(BigInteger millionths) {
        BigInteger[] parts = millionths.divideAndRemainder(BigInteger.valueOf(MILLION));
        BigInteger nanos = parts[1].signum() > 0 ? parts[0].add(BigInteger.ONE) : parts[0];
        return nanos.bitLength() > 63 ? Long.MAX_VALUE : nanos.longValue();
    }
}
