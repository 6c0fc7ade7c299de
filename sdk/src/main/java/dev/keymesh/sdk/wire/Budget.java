package dev.keymesh.sdk.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A budget and where it stands. Amounts are US dollars as decimal strings of at most nine places, or integers as strings
 * where the unit is another.
 *
 * @param scope as in {@link NewBudget}, as are provider, model and unit
 * @param amount null is an explicit no limit
 * @param spent what settled calls of this period used
 * @param held the upper bound of what running calls may use
 * @param remaining amount less spent and held, an increase that runs included; null where there is no limit
 * @param currency {@code USD}; null where the unit is another
 * @param increase null is none; one that has ended is shown until the budget is set again
 * @param resetsAt when the next period begins; null for {@code total}
 */
public record Budget(
        String scope,
        @Nullable String provider,
        @Nullable String model,
        String unit,
        String period,
        @Nullable String amount,
        String spent,
        String held,
        @Nullable String remaining,
        @Nullable String currency,
        List<Integer> thresholds,
        @Nullable BudgetIncrease increase,
        @Nullable Instant resetsAt) {}
