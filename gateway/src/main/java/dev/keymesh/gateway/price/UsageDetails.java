package dev.keymesh.gateway.price;

import org.jspecify.annotations.Nullable;

/**
 * What a few calls use besides text: parts of the token counts that have a rate of their own, and what is counted
 * otherwise.
 *
 * @param audioInputTokens of the input tokens
 * @param audioCachedInputTokens of the cached input tokens
 * @param imageInputTokens of the input tokens
 * @param audioOutputTokens of the output tokens
 * @param imageOutputTokens of the output tokens
 * @param webSearches that the vendor ran
 * @param audioMillis of audio that was transcribed, where it is billed by time
 * @param characters of text that was spoken, where it is billed by them
 * @param cost what the provider itself says that it charges, nano-dollars; null is nothing said
 * @param serviceTier that served the call, as the provider names it; null is not said
 * @param fast whether it was served at a premium speed
 */
public record UsageDetails(
        long audioInputTokens,
        long audioCachedInputTokens,
        long imageInputTokens,
        long audioOutputTokens,
        long imageOutputTokens,
        long webSearches,
        long audioMillis,
        long characters,
        @Nullable Long cost,
        @Nullable String serviceTier,
        boolean fast) {
    public static final UsageDetails NONE = new UsageDetails(0, 0, 0, 0, 0, 0, 0, 0, null, null, false);

    /** The same with this many characters spoken. */
    public UsageDetails with(long spoken) {
        return new UsageDetails(
                audioInputTokens,
                audioCachedInputTokens,
                imageInputTokens,
                audioOutputTokens,
                imageOutputTokens,
                webSearches,
                audioMillis,
                spoken,
                cost,
                serviceTier,
                fast);
    }
}
