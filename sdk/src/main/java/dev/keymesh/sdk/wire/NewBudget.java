package dev.keymesh.sdk.wire;

import org.jspecify.annotations.Nullable;

/**
 * A budget to set: the body of {@code PUT /api/v1/budgets}, one for each scope and period.
 *
 * @param scope {@code account}, {@code space:ID}, {@code workspace:SPACE/ID} or {@code key:ID}
 * @param period {@code total}, {@code daily}, {@code weekly} (from Monday) or {@code monthly}, in UTC
 * @param amount US dollars, a decimal string of at most nine places; null is an explicit no limit, "0" blocks
 * @param currency {@code USD}; null is that
 */
public record NewBudget(
        String scope,
        String period,
        @Nullable String amount,
        @Nullable String currency) {}
