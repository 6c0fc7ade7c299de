package dev.keymesh.gateway.price;

import java.time.Instant;

/** What a call costs: an exact sum over its rates, rounded up once. */
public final class Cost {
    private static final long MILLION = 1_000_000;
    private static final long THOUSANDS_OF_A_MILLION = 1_000;
    private static final long MILLIS_OF_AN_HOUR = 3_600_000;
    /** Millionths and fractions of an hour have this multiple of a million in common, of which an hour's millis are 5. */
    private static final long WITH_HOURS = 18;

    private Cost() {}

    /** Nano-dollars; what the provider itself says, where it does. An amount beyond a long is the largest long. */
    public static long of(Usage usage, Price price, Circumstances call) {
        UsageDetails details = usage.details();
        Long reported = details.cost();
        if (reported != null) {
            return reported;
        }
        Rates rates =
                price.overrides().isEmpty() ? price.rates() : price.rates(usage.inputTokens(), call.served(details));
        Sum sum = new Sum();
        long scale = details.audioMillis() == 0 ? 1 : WITH_HOURS;
        addInput(sum, usage, rates, scale);
        addOutput(sum, usage, rates, scale);
        if (scale > 1) {
            sum.plus(details.audioMillis() * (MILLION * WITH_HOURS / MILLIS_OF_AN_HOUR), rates.of(Rate.AUDIO));
        }
        return sum.roundedUp(MILLION * scale);
    }

    /** The same of one request of a batch, which is a tier of its own whatever its answer calls it. */
    public static long ofBatch(Usage usage, Price price, Instant at) {
        return of(usage.withoutTier(), price, Circumstances.ofBatch(at));
    }

    /** Each token of input once: what the parts say beyond the whole is not believed. */
    private static void addInput(Sum sum, Usage usage, Rates rates, long scale) {
        UsageDetails details = usage.details();
        long cachedAudio = Math.min(details.audioCachedInputTokens(), usage.cachedInputTokens());
        long left = Math.max(
                0,
                usage.inputTokens()
                        - usage.cachedInputTokens()
                        - usage.cacheWriteTokens()
                        - usage.cacheWrite1hTokens()
                        - usage.unaskedCacheWriteTokens());
        long audio = Math.clamp(details.audioInputTokens() - cachedAudio, 0, left);
        long image = Math.clamp(details.imageInputTokens(), 0, left - audio);
        sum.plus(scale * (left - audio - image), rates.of(Rate.INPUT))
                .plus(scale * (usage.cachedInputTokens() - cachedAudio), rates.of(Rate.CACHED_INPUT))
                .plus(scale * usage.cacheWriteTokens(), rates.of(Rate.CACHE_WRITE))
                .plus(scale * usage.cacheWrite1hTokens(), rates.of(Rate.CACHE_WRITE_1H))
                .plus(scale * usage.unaskedCacheWriteTokens(), rates.of(Rate.UNASKED_CACHE_WRITE))
                .plus(scale * cachedAudio, rates.of(Rate.AUDIO_CACHED_INPUT))
                .plus(scale * audio, rates.of(Rate.AUDIO_INPUT))
                .plus(scale * image, rates.of(Rate.IMAGE_INPUT));
    }

    private static void addOutput(Sum sum, Usage usage, Rates rates, long scale) {
        UsageDetails details = usage.details();
        long audio = Math.min(details.audioOutputTokens(), usage.outputTokens());
        long image = Math.min(details.imageOutputTokens(), usage.outputTokens() - audio);
        sum.plus(scale * (usage.outputTokens() - audio - image), rates.of(Rate.OUTPUT))
                .plus(scale * audio, rates.of(Rate.AUDIO_OUTPUT))
                .plus(scale * image, rates.of(Rate.IMAGE_OUTPUT))
                .plus(scale * details.webSearches() * THOUSANDS_OF_A_MILLION, rates.of(Rate.WEB_SEARCH))
                .plus(scale * details.characters(), rates.of(Rate.CHARACTERS));
    }

    /** Nano-dollars of input at one rate and output at another. */
    public static long of(long inputTokens, long inputRate, long outputTokens, long outputRate) {
        return Sum.of(inputTokens, inputRate).plus(outputTokens, outputRate).roundedUp(MILLION);
    }

    /** The same with searches at a rate for a thousand. */
    static long of(long inputTokens, long inputRate, long outputTokens, long outputRate, long searches, long rate) {
        return Sum.of(inputTokens, inputRate)
                .plus(outputTokens, outputRate)
                .plus(Math.min(searches, Long.MAX_VALUE / THOUSANDS_OF_A_MILLION) * THOUSANDS_OF_A_MILLION, rate)
                .roundedUp(MILLION);
    }
}
