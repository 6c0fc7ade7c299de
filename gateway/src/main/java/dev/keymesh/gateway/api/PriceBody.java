package dev.keymesh.gateway.api;

import dev.keymesh.gateway.price.Price;
import dev.keymesh.gateway.price.PriceCondition;
import dev.keymesh.gateway.price.PriceOverride;
import dev.keymesh.gateway.price.Rate;
import dev.keymesh.gateway.price.Rates;
import dev.keymesh.sdk.wire.NewPrice;
import dev.keymesh.sdk.wire.PriceRates;
import dev.keymesh.sdk.wire.PriceWindow;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the body of a price: checked, with the place of what is wrong. */
final class PriceBody {
    private static final int MOST_OVERRIDES = 32;
    private static final Pattern TIER = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern ENCODING = TIER;
    private static final Pattern TIME = Pattern.compile("([01]\\d|2[0-3]):[0-5]\\d");
    private static final Pattern FACTOR = Pattern.compile("\\d{1,4}(\\.\\d{1,6})?");
    private static final int PLACES_OF_A_FACTOR = 6;

    private PriceBody() {}

    static Price price(NewPrice wanted, String version) {
        Checks.usd(wanted.inputPerMillion(), "/inputPerMillion");
        Checks.usd(wanted.outputPerMillion(), "/outputPerMillion");
        String encoding = wanted.encoding();
        if (encoding != null && !ENCODING.matcher(encoding).matches()) {
            throw Rejection.invalid("/encoding", "invalid", "must be a name such as o200k_base", null);
        }
        return new Price(
                version,
                Rates.of(rates(rates(wanted), "")),
                overrides(wanted.overrides()),
                count(wanted.maxOutputTokens(), "/maxOutputTokens"),
                count(wanted.contextTokens(), "/contextTokens"),
                encoding,
                count(wanted.worstCaseInputTokens(), "/worstCaseInputTokens"),
                count(wanted.worstCaseAudioSeconds(), "/worstCaseAudioSeconds"));
    }

    private static PriceRates rates(NewPrice wanted) {
        return new PriceRates(
                wanted.inputPerMillion(),
                wanted.cachedInputPerMillion(),
                wanted.cacheWritePerMillion(),
                wanted.cacheWrite1hPerMillion(),
                wanted.outputPerMillion(),
                wanted.audioInputPerMillion(),
                wanted.audioCachedInputPerMillion(),
                wanted.audioOutputPerMillion(),
                wanted.imageInputPerMillion(),
                wanted.imageOutputPerMillion(),
                wanted.webSearchPerThousand(),
                wanted.audioPerHour(),
                wanted.charactersPerMillion());
    }

    private static Map<Rate, Long> rates(PriceRates wanted, String pointer) {
        Map<Rate, Long> rates = new EnumMap<>(Rate.class);
        add(rates, Rate.INPUT, wanted.inputPerMillion(), pointer);
        add(rates, Rate.CACHED_INPUT, wanted.cachedInputPerMillion(), pointer);
        add(rates, Rate.CACHE_WRITE, wanted.cacheWritePerMillion(), pointer);
        add(rates, Rate.CACHE_WRITE_1H, wanted.cacheWrite1hPerMillion(), pointer);
        add(rates, Rate.OUTPUT, wanted.outputPerMillion(), pointer);
        add(rates, Rate.AUDIO_INPUT, wanted.audioInputPerMillion(), pointer);
        add(rates, Rate.AUDIO_CACHED_INPUT, wanted.audioCachedInputPerMillion(), pointer);
        add(rates, Rate.AUDIO_OUTPUT, wanted.audioOutputPerMillion(), pointer);
        add(rates, Rate.IMAGE_INPUT, wanted.imageInputPerMillion(), pointer);
        add(rates, Rate.IMAGE_OUTPUT, wanted.imageOutputPerMillion(), pointer);
        add(rates, Rate.WEB_SEARCH, wanted.webSearchPerThousand(), pointer);
        add(rates, Rate.AUDIO, wanted.audioPerHour(), pointer);
        add(rates, Rate.CHARACTERS, wanted.charactersPerMillion(), pointer);
        return rates;
    }

    private static void add(Map<Rate, Long> rates, Rate rate, @Nullable String value, String pointer) {
        if (value != null) {
            rates.put(rate, Checks.usd(value, pointer + "/" + rate.wire()));
        }
    }

    private static List<PriceOverride> overrides(@Nullable List<dev.keymesh.sdk.wire.PriceOverride> wanted) {
        List<PriceOverride> overrides = new ArrayList<>();
        if (wanted != null && wanted.size() > MOST_OVERRIDES) {
            throw Rejection.invalid("/overrides", "too_many", "must be at most " + MOST_OVERRIDES, null);
        }
        for (int i = 0; wanted != null && i < wanted.size(); i++) {
            overrides.add(override(wanted.get(i), "/overrides/" + i));
        }
        return overrides;
    }

    private static PriceOverride override(dev.keymesh.sdk.wire.@Nullable PriceOverride wanted, String pointer) {
        if (wanted == null || wanted.when() == null) {
            throw Rejection.invalid(pointer + "/when", "missing", "is missing", null);
        }
        PriceRates stated = wanted.set();
        Map<Rate, Long> set = stated == null ? Map.of() : rates(stated, pointer + "/set");
        Long multiply = factor(wanted.multiply(), pointer + "/multiply");
        if (set.isEmpty() && multiply == null) {
            throw Rejection.invalid(pointer, "missing", "must have rates under 'set', or 'multiply', or both", null);
        }
        return new PriceOverride(condition(wanted.when(), pointer + "/when"), set, multiply);
    }

    private static PriceCondition condition(dev.keymesh.sdk.wire.PriceCondition wanted, String pointer) {
        Long above = wanted.promptTokensAbove();
        String tier = wanted.serviceTier();
        String speed = wanted.speed();
        Boolean batch = wanted.batch();
        if (above != null && above < 0) {
            throw Rejection.invalid(pointer + "/promptTokensAbove", "out_of_range", "must not be negative", null);
        }
        if (tier != null && !TIER.matcher(tier).matches()) {
            throw Rejection.invalid(pointer + "/serviceTier", "invalid", "must be a name such as priority", null);
        }
        if (speed != null && !speed.equals("fast")) {
            throw Rejection.invalid(pointer + "/speed", "invalid", "must be fast", null);
        }
        if (batch != null && !batch) {
            throw Rejection.invalid(pointer + "/batch", "invalid", "must be true, or left out", null);
        }
        PriceWindow utc = wanted.utc();
        if (above == null && tier == null && speed == null && batch == null && utc == null) {
            throw Rejection.invalid(
                    pointer, "missing", "must have one of promptTokensAbove, serviceTier, speed, batch, utc", null);
        }
        PriceCondition.Window window = utc == null ? null : window(utc, pointer + "/utc");
        return new PriceCondition(above, tier, speed != null, batch != null, window);
    }

    private static PriceCondition.Window window(PriceWindow wanted, String pointer) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        List<String> names = wanted.days();
        if (names == null) {
            days = EnumSet.allOf(DayOfWeek.class);
        } else {
            for (String name : names) {
                days.add(day(name, pointer + "/days"));
            }
        }
        LocalTime from = time(wanted.from(), pointer + "/from");
        LocalTime to = time(wanted.to(), pointer + "/to");
        if (days.isEmpty() || from.equals(to)) {
            throw Rejection.invalid(
                    pointer, "invalid", "must have a day, and end at another time than it starts", null);
        }
        return new PriceCondition.Window(days, from, to);
    }

    private static DayOfWeek day(@Nullable String name, String pointer) {
        return Arrays.stream(DayOfWeek.values())
                .filter(day -> PricesApi.day(day).equals(name))
                .findFirst()
                .orElseThrow(() ->
                        Rejection.invalid(pointer, "invalid", "must be of mon, tue, wed, thu, fri, sat, sun", null));
    }

    private static LocalTime time(@Nullable String text, String pointer) {
        if (text == null || !TIME.matcher(text).matches()) {
            throw Rejection.invalid(pointer, "invalid", "must be a time of day such as 06:00", null);
        }
        return LocalTime.parse(text);
    }

    private static @Nullable Long factor(@Nullable String text, String pointer) {
        if (text == null) {
            return null;
        }
        if (!FACTOR.matcher(text).matches()) {
            throw Rejection.invalid(
                    pointer, "invalid", "must be a decimal string with at most six places, such as \"0.5\"", null);
        }
        return new BigDecimal(text).movePointRight(PLACES_OF_A_FACTOR).longValueExact();
    }

    private static @Nullable Integer count(@Nullable Long value, String pointer) {
        if (value != null && (value < 1 || value > Integer.MAX_VALUE)) {
            throw Rejection.invalid(pointer, "out_of_range", "must be 1 to 2147483647", null);
        }
        return value == null ? null : (Integer) value.intValue();
    }
}
