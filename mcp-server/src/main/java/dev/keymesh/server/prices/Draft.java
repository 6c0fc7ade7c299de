package dev.keymesh.server.prices;

import dev.keymesh.sdk.wire.NewPrice;
import dev.keymesh.sdk.wire.PriceCondition;
import dev.keymesh.sdk.wire.PriceOverride;
import dev.keymesh.sdk.wire.PriceRates;
import jakarta.json.JsonNumber;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One model's price while it is read; what is no price is named in the reading and left out. */
final class Draft {
    private static final int PLACES = 9;

    /** The largest amount that the API takes. */
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE, PLACES);

    private static final BigDecimal MOST_TOKENS = BigDecimal.valueOf(Integer.MAX_VALUE);
    private static final PriceCondition ALWAYS = new PriceCondition(null, null, null, null, null);

    private final Reading reading;
    private final String provider;
    private final String model;
    private final Map<PriceCondition, Map<String, String>> rates = new LinkedHashMap<>();
    private boolean refused;
    private boolean outputless;
    private @Nullable Instant effectiveFrom;
    private @Nullable Long maxOutputTokens;
    private @Nullable Long contextTokens;

    Draft(Reading reading, String provider, String model) {
        this.reading = reading;
        this.provider = provider;
        this.model = model;
        rates.put(ALWAYS, new HashMap<>());
    }

    /** A base rate, of so many millionths. */
    void rate(String member, String key, JsonValue value, BigDecimal factor) {
        rate(ALWAYS, member, key, value, factor);
    }

    /** A rate under a condition. Overrides apply in the order in which their conditions came first. */
    void rate(PriceCondition when, String member, String key, JsonValue value, BigDecimal factor) {
        if (!(value instanceof JsonNumber number)) {
            leaveOut(key, "is no number");
            return;
        }
        BigDecimal given = number.bigDecimalValue().multiply(factor);
        if (given.compareTo(MOST) > 0) {
            refuse(key, "is " + number + ", and at most " + MOST + " US dollars are taken");
            return;
        }
        BigDecimal usd = given.stripTrailingZeros();
        boolean output = member.equals("outputPerMillion");
        if (usd.signum() < 0 || (usd.signum() == 0 && !(output && outputless))) {
            leaveOut(key, "is " + number + ", and a price of zero or less is not taken from a list");
            refused |= output || member.equals("inputPerMillion");
        } else if (usd.scale() > PLACES) {
            leaveOut(key, "has more than nine places in US dollars");
            refused |= output || member.equals("inputPerMillion");
        } else {
            rates.computeIfAbsent(when, _ -> new HashMap<>()).put(member, usd.toPlainString());
        }
    }

    /** A model that has no output, such as one that embeds: its output costs nothing. */
    void outputless() {
        outputless = true;
    }

    void from(Instant time) {
        effectiveFrom = time;
    }

    /**
     * A number of tokens, from the least to 2^31-1. A price with another is refused: who wrote one wrong number may have
     * written more.
     *
     * @return null where there is none
     */
    @Nullable
    Long tokens(String key, @Nullable JsonValue value, int least) {
        if (value == null || value.equals(JsonValue.NULL)) {
            return null;
        }
        BigDecimal given = value instanceof JsonNumber number ? number.bigDecimalValue() : null;
        if (given == null
                || given.compareTo(BigDecimal.valueOf(least)) < 0
                || given.compareTo(MOST_TOKENS) > 0
                || given.remainder(BigDecimal.ONE).signum() != 0) {
            refuse(key, "is " + value + ", and a whole number from " + least + " to " + MOST_TOKENS + " is taken");
            return null;
        }
        return given.longValueExact();
    }

    void limits(@Nullable Long maxOutput, @Nullable Long context) {
        maxOutputTokens = maxOutput;
        contextTokens = context;
    }

    void leaveOut(String key, String why) {
        reading.leaveOut(provider + "/" + model + " " + key, why);
    }

    /** Leaves the whole price out. */
    private void refuse(String key, String why) {
        leaveOut(key, why + ", so the price is left out");
        refused = true;
    }

    /** Null where it is none: it lacks a base rate, or that was refused. */
    @Nullable
    NewPrice price() {
        Map<String, String> base = rates.getOrDefault(ALWAYS, Map.of());
        String input = base.get("inputPerMillion");
        String output = outputless ? base.getOrDefault("outputPerMillion", "0") : base.get("outputPerMillion");
        if (refused || input == null || output == null) {
            if (!refused) {
                reading.leaveOut(provider + "/" + model, "has no rate of " + (input == null ? "input" : "output"));
            }
            return null;
        }
        List<PriceOverride> overrides = new ArrayList<>();
        rates.forEach((when, set) -> {
            if (!when.equals(ALWAYS)) {
                overrides.add(new PriceOverride(when, rates(set), null));
            }
        });
        return new NewPrice(
                provider,
                model,
                input,
                base.get("cachedInputPerMillion"),
                base.get("cacheWritePerMillion"),
                base.get("cacheWrite1hPerMillion"),
                output,
                base.get("audioInputPerMillion"),
                base.get("audioCachedInputPerMillion"),
                base.get("audioOutputPerMillion"),
                base.get("imageInputPerMillion"),
                base.get("imageOutputPerMillion"),
                base.get("webSearchPerThousand"),
                base.get("audioPerHour"),
                base.get("charactersPerMillion"),
                overrides.isEmpty() ? null : overrides,
                effectiveFrom,
                maxOutputTokens,
                contextTokens,
                null,
                null,
                null);
    }

    private static PriceRates rates(Map<String, String> set) {
        return new PriceRates(
                set.get("inputPerMillion"),
                set.get("cachedInputPerMillion"),
                set.get("cacheWritePerMillion"),
                set.get("cacheWrite1hPerMillion"),
                set.get("outputPerMillion"),
                set.get("audioInputPerMillion"),
                set.get("audioCachedInputPerMillion"),
                set.get("audioOutputPerMillion"),
                set.get("imageInputPerMillion"),
                set.get("imageOutputPerMillion"),
                set.get("webSearchPerThousand"),
                set.get("audioPerHour"),
                set.get("charactersPerMillion"));
    }
}
