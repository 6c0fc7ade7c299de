package dev.keymesh.sdk.wire;

import org.jspecify.annotations.Nullable;

/**
 * When an override of a price applies.
 *
 * @param promptTokensAbove the whole input is more than this
 * @param serviceTier the tier that served the call, as the provider names it
 * @param speed {@code fast}: served at a premium speed
 * @param batch {@code true}: part of a batch
 * @param utc the time at which the call began
 */
public record PriceCondition(
        @Nullable Long promptTokensAbove,
        @Nullable String serviceTier,
        @Nullable String speed,
        @Nullable Boolean batch,
        @Nullable PriceWindow utc) {}
