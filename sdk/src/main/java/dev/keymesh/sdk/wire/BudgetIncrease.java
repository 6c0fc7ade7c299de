package dev.keymesh.sdk.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * So much more than a budget's amount, until an instant.
 *
 * @param amount in the budget's unit, written as its amount is
 */
public record BudgetIncrease(
        @Nullable String amount, @Nullable Instant until) {}
