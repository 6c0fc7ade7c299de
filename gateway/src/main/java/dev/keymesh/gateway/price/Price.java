package dev.keymesh.gateway.price;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one model costs; history never reprices, so each has a version.
 *
 * @param overrides applied in order, each to what those before it left
 * @param maxOutputTokens the most that the model gives; absent is unknown
 * @param contextTokens the most that it takes and gives together; absent is unknown
 * @param encoding the tokenizer; absent is the kind's default
 * @param worstCaseInputTokens the most that one reference brings which is not in the body; absent is unbounded
 * @param worstCaseAudioSeconds the longest that a file may be which is transcribed; absent is unbounded
 */
public record Price(
        String version,
        Rates rates,
        List<PriceOverride> overrides,
        @Nullable Integer maxOutputTokens,
        @Nullable Integer contextTokens,
        @Nullable String encoding,
        @Nullable Integer worstCaseInputTokens,
        @Nullable Integer worstCaseAudioSeconds) {
    /** For what need not be priced, but bounded. */
    public static final Price NONE = new Price("", Rates.of(Map.of()), List.of(), null, null, null, null, null);

    private static final Set<Rate> NO_TOKENS = EnumSet.of(Rate.WEB_SEARCH, Rate.AUDIO, Rate.CHARACTERS);

    public Price {
        overrides = List.copyOf(overrides);
    }

    /** The rates of a call that is over. */
    Rates rates(long promptTokens, Circumstances call) {
        Rates now = rates;
        for (PriceOverride override : overrides) {
            if (override.when().holds(promptTokens, call)) {
                now = now.with(override);
            }
        }
        return now;
    }

    /** No rate of the call can be more than these. */
    Rates dearest(long mostPromptTokens, Circumstances call) {
        Rates most = rates;
        for (PriceOverride override : overrides) {
            most = switch (override.when().outlook(mostPromptTokens, call)) {
                case NEVER -> most;
                case PERHAPS -> most.dearest(most.with(override));
                case CERTAINLY -> most.with(override);
            };
        }
        return most;
    }

    /** Whether a token costs anything; a model that is billed by time or by characters may charge none. */
    public boolean chargesTokens() {
        return !overrides.isEmpty()
                || Arrays.stream(Rate.values()).anyMatch(rate -> !NO_TOKENS.contains(rate) && rates.of(rate) > 0);
    }

    /** As one line, to be kept where a call outlives the price. */
    public String line() {
        return PriceText.write(this);
    }

    /** What {@link #line} wrote. */
    public static Price of(String version, String line) {
        return PriceText.read(version, line);
    }

    /** Whether it says what a tier costs. */
    public boolean hasTier(String tier) {
        return overrides.stream()
                .anyMatch(override -> tier.equals(override.when().serviceTier()));
    }

    /** Whether it says what a premium speed costs. */
    public boolean hasFast() {
        return overrides.stream().anyMatch(override -> override.when().fast());
    }

    /**
     * With the rates of another where this one states none. Input read from a cache is not taken over: left out, it is
     * priced as input.
     */
    Price completedBy(Price other) {
        Map<Rate, Long> all = new EnumMap<>(Rate.class);
        all.putAll(other.rates.stated());
        all.remove(Rate.CACHED_INPUT);
        all.putAll(rates.stated());
        return new Price(
                version,
                Rates.of(all),
                overrides,
                maxOutputTokens,
                contextTokens,
                encoding,
                worstCaseInputTokens,
                worstCaseAudioSeconds);
    }
}
