package dev.keymesh.gateway.price;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rates that hold instead where a condition does.
 *
 * @param set the rates that it states
 * @param multiply what every rate but that of a search is multiplied by first, in millionths; null is nothing
 */
public record PriceOverride(
        PriceCondition when, Map<Rate, Long> set, @Nullable Long multiply) {
    /** A factor of one. */
    public static final long ONE = 1_000_000;

    public PriceOverride {
        set = Map.copyOf(set);
    }
}
