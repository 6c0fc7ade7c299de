package dev.keymesh.sdk.wire;

import org.jspecify.annotations.Nullable;

/**
 * Rates that hold instead where a condition does.
 *
 * @param when all that it names must hold
 * @param set rates that are replaced
 * @param multiply what every rate but that of a search is multiplied by first, a decimal string such as {@code "0.5"}
 */
public record PriceOverride(
        PriceCondition when,
        @Nullable PriceRates set,
        @Nullable String multiply) {}
