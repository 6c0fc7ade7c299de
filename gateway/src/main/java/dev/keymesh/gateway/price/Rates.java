package dev.keymesh.gateway.price;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** One number for each {@link Rate}: those that are stated, and those that follow from them. */
public final class Rates {
    private static final Rate[] ALL = Rate.values();

    private final EnumMap<Rate, Long> values;
    private final Set<Rate> stated;

    private Rates(EnumMap<Rate, Long> values, Set<Rate> stated) {
        this.values = values;
        this.stated = stated;
    }

    /** What is not stated is derived; input and output that are not are 0. */
    public static Rates of(Map<Rate, Long> stated) {
        EnumMap<Rate, Long> values = new EnumMap<>(Rate.class);
        values.putAll(stated);
        for (Rate rate : ALL) {
            if (!stated.containsKey(rate)) {
                values.put(rate, derived(rate, values, stated.keySet()));
            }
        }
        return new Rates(values, Set.copyOf(stated.keySet()));
    }

    public long of(Rate rate) {
        return read(values, rate);
    }

    public boolean states(Rate rate) {
        return stated.contains(rate);
    }

    /** Those that are stated, in the order of {@link Rate}. */
    public Map<Rate, Long> stated() {
        Map<Rate, Long> map = new EnumMap<>(values);
        map.keySet().retainAll(stated);
        return Collections.unmodifiableMap(map);
    }

    /**
     * With an override applied: first multiplied, but for the fee of a search, then set. What neither the price nor the
     * override states follows what it is derived from. Larger rates give larger rates, rate by rate: the bound relies on
     * it.
     */
    Rates with(PriceOverride override) {
        EnumMap<Rate, Long> changed = new EnumMap<>(values);
        Long factor = override.multiply();
        if (factor != null) {
            changed.replaceAll((rate, value) -> rate == Rate.WEB_SEARCH
                    ? value
                    : (Long) Sum.of(value, factor).roundedUp(PriceOverride.ONE));
        }
        changed.putAll(override.set());
        Set<Rate> known = EnumSet.noneOf(Rate.class);
        known.addAll(stated);
        known.addAll(override.set().keySet());
        Set<Rate> moved = EnumSet.noneOf(Rate.class);
        moved.addAll(override.set().keySet());
        for (Rate rate : ALL) {
            if (!known.contains(rate) && !Collections.disjoint(follows(rate), moved)) {
                changed.put(rate, derived(rate, changed, known));
                moved.add(rate);
            }
        }
        return new Rates(changed, stated);
    }

    /** The dearer one of each. */
    Rates dearest(Rates other) {
        EnumMap<Rate, Long> dearest = new EnumMap<>(values);
        other.values.forEach((rate, value) -> dearest.merge(rate, value, Math::max));
        return new Rates(dearest, stated);
    }

    private static Set<Rate> follows(Rate rate) {
        return switch (rate) {
            case CACHED_INPUT, CACHE_WRITE, AUDIO_INPUT, IMAGE_INPUT -> EnumSet.of(Rate.INPUT);
            case CACHE_WRITE_1H, UNASKED_CACHE_WRITE -> EnumSet.of(Rate.INPUT, Rate.CACHE_WRITE);
            case AUDIO_CACHED_INPUT -> EnumSet.of(Rate.AUDIO_INPUT, Rate.CACHED_INPUT);
            case AUDIO_OUTPUT, IMAGE_OUTPUT -> EnumSet.of(Rate.OUTPUT);
            case INPUT, OUTPUT, WEB_SEARCH, AUDIO, CHARACTERS -> EnumSet.noneOf(Rate.class);
        };
    }

    /**
     * A cache write costs twice the input; but what the provider writes unasked is input like any other where no rate is
     * stated: any long call may write, and a guess would double the hold of every plain one.
     */
    private static long derived(Rate rate, Map<Rate, Long> values, Set<Rate> stated) {
        long input = read(values, Rate.INPUT);
        return switch (rate) {
            case CACHED_INPUT, AUDIO_INPUT, IMAGE_INPUT -> input;
            case CACHE_WRITE -> twice(input);
            case CACHE_WRITE_1H -> Math.max(read(values, Rate.CACHE_WRITE), twice(input));
            case UNASKED_CACHE_WRITE -> stated.contains(Rate.CACHE_WRITE) ? read(values, Rate.CACHE_WRITE) : input;
            case AUDIO_CACHED_INPUT ->
                read(values, stated.contains(Rate.AUDIO_INPUT) ? Rate.AUDIO_INPUT : Rate.CACHED_INPUT);
            case AUDIO_OUTPUT, IMAGE_OUTPUT -> read(values, Rate.OUTPUT);
            case INPUT, OUTPUT, WEB_SEARCH, AUDIO, CHARACTERS -> 0;
        };
    }

    private static long read(Map<Rate, Long> values, Rate rate) {
        Long value = values.get(rate);
        return value == null ? 0 : value;
    }

    private static long twice(long rate) {
        return rate > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : 2 * rate;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Rates that && stated.equals(that.stated) && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return stated().toString();
    }
}
