package dev.keymesh.sdk.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A budget to set: the body of {@code PUT /api/v1/budgets}, one for each scope, provider, model, unit and period.
 *
 * @param scope {@code account}, {@code space:ID}, {@code workspace:SPACE/ID} or {@code key:ID}
 * @param provider the name of the provider that it counts; null is all
 * @param model the model that it counts; null is all
 * @param unit {@code usd}, {@code requests} or {@code tokens}; null is {@code usd}
 * @param period {@code total}, {@code daily}, {@code weekly} (from Monday) or {@code monthly}, in UTC
 * @param amount US dollars, a decimal string of at most nine places, or an integer as a string in other units; null is an
 *     explicit no limit, "0" blocks
 * @param currency {@code USD} where the unit is; null is that
 * @param thresholds percents of the amount, 1 to 100, at most 10, that are told once in a period when they are reached; null
 *     is 50, 80 and 100
 * @param increase so much more until an instant; null is none
 */
public record NewBudget(
        String scope,
        @Nullable String provider,
        @Nullable String model,
        @Nullable String unit,
        String period,
        @Nullable String amount,
        @Nullable String currency,
        @Nullable List<Integer> thresholds,
        @Nullable BudgetIncrease increase) {

    /** So many US dollars in each period, for all providers and models. */
    public static NewBudget usd(String scope, String period, @Nullable String amount) {
        return new NewBudget(scope, null, null, null, period, amount, "USD", null, null);
    }
}
