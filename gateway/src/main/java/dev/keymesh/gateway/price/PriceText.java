package dev.keymesh.gateway.price;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A price as one line, in the database and in the catalogue: what holds always, then the overrides, such as {@code
 * maxOutputTokens=128000 input=2.5 output=15 | promptTokensAbove=272000 -> input=5 output=22.5}.
 */
final class PriceText {
    private static final String OVERRIDES = " \\| ";
    private static final String THEN = " -> ";

    private PriceText() {}

    static String write(Price price) {
        List<String> words = new ArrayList<>();
        add(words, "maxOutputTokens", price.maxOutputTokens());
        add(words, "contextTokens", price.contextTokens());
        add(words, "worstCaseInputTokens", price.worstCaseInputTokens());
        add(words, "worstCaseAudioSeconds", price.worstCaseAudioSeconds());
        add(words, "encoding", price.encoding());
        addRates(words, price.rates().stated());
        StringBuilder line = new StringBuilder(String.join(" ", words));
        for (PriceOverride override : price.overrides()) {
            line.append(" | ").append(write(override));
        }
        return line.toString();
    }

    private static String write(PriceOverride override) {
        PriceCondition when = override.when();
        List<String> words = new ArrayList<>();
        add(words, "promptTokensAbove", when.promptTokensAbove());
        add(words, "serviceTier", when.serviceTier());
        add(words, "speed", when.fast() ? "fast" : null);
        add(words, "batch", when.batch() ? "true" : null);
        PriceCondition.Window utc = when.utc();
        if (utc != null) {
            add(
                    words,
                    "days",
                    new TreeSet<>(utc.days()).stream().map(PriceText::day).collect(Collectors.joining(",")));
            add(words, "from", utc.from());
            add(words, "to", utc.to());
        }
        List<String> then = new ArrayList<>();
        Long factor = override.multiply();
        add(then, "multiply", factor == null ? null : factor(factor));
        addRates(then, override.set());
        return String.join(" ", words) + THEN + String.join(" ", then);
    }

    private static void addRates(List<String> words, Map<Rate, Long> rates) {
        for (Rate rate : Rate.values()) {
            Long value = rates.get(rate);
            add(words, rate.member(), value == null ? null : Usd.format(value));
        }
    }

    private static void add(List<String> words, String name, @Nullable Object value) {
        if (value != null) {
            words.add(name + "=" + value);
        }
    }

    static String day(DayOfWeek day) {
        return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
    }

    private static String factor(long millionths) {
        return BigDecimal.valueOf(millionths, 6).stripTrailingZeros().toPlainString();
    }

    /** What {@link #write} wrote; what it cannot have written is an {@link IllegalArgumentException}. */
    static Price read(String version, String line) {
        String[] parts = line.split(OVERRIDES, -1);
        Map<String, String> words = words(parts[0]);
        Integer maxOutput = integer(words.remove("maxOutputTokens"));
        Integer context = integer(words.remove("contextTokens"));
        Integer worstCase = integer(words.remove("worstCaseInputTokens"));
        Integer audio = integer(words.remove("worstCaseAudioSeconds"));
        String encoding = words.remove("encoding");
        List<PriceOverride> overrides = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            overrides.add(override(parts[i]));
        }
        return new Price(version, Rates.of(rates(words)), overrides, maxOutput, context, encoding, worstCase, audio);
    }

    private static PriceOverride override(String text) {
        int then = text.indexOf(THEN);
        Map<String, String> words = words(text.substring(0, then));
        String above = words.remove("promptTokensAbove");
        String tier = words.remove("serviceTier");
        boolean fast = words.remove("speed") != null;
        boolean batch = words.remove("batch") != null;
        String days = words.remove("days");
        PriceCondition.Window utc = days == null
                ? null
                : new PriceCondition.Window(
                        days(days), LocalTime.parse(words.remove("from")), LocalTime.parse(words.remove("to")));
        if (!words.isEmpty()) {
            throw new IllegalArgumentException("no condition is named " + words.keySet());
        }
        Map<String, String> set = words(text.substring(then + THEN.length()));
        String factor = set.remove("multiply");
        return new PriceOverride(
                new PriceCondition(above == null ? null : Long.valueOf(above), tier, fast, batch, utc),
                rates(set),
                factor == null
                        ? null
                        : (Long) new BigDecimal(factor).movePointRight(6).longValueExact());
    }

    private static Set<DayOfWeek> days(String text) {
        List<String> names = List.of(text.split(",", -1));
        return Arrays.stream(DayOfWeek.values())
                .filter(day -> names.contains(day(day)))
                .collect(Collectors.toSet());
    }

    private static Map<Rate, Long> rates(Map<String, String> words) {
        Map<Rate, Long> rates = new EnumMap<>(Rate.class);
        words.forEach((name, value) -> rates.put(
                Rate.of(name).orElseThrow(() -> new IllegalArgumentException("no rate is named " + name)),
                Usd.parse(value)));
        return rates;
    }

    private static Map<String, String> words(String text) {
        Map<String, String> words = new HashMap<>();
        for (String word : text.strip().split(" +", -1)) {
            int equals = word.indexOf('=');
            if (equals < 0 || words.put(word.substring(0, equals), word.substring(equals + 1)) != null) {
                throw new IllegalArgumentException("'" + word + "' is no member, or one too many");
            }
        }
        return words;
    }

    private static @Nullable Integer integer(@Nullable String text) {
        return text == null ? null : Integer.valueOf(text);
    }
}
