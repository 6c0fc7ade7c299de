package dev.keymesh.sdk.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A budget and where it stands. Amounts are US dollars as decimal strings of at most nine places.
 *
 * @param scope as in {@link NewBudget}
 * @param amount null is an explicit no limit
 * @param spent what settled calls of this period cost
 * @param held the upper bound of what running calls may cost
 * @param remaining amount less spent and held; null where there is no limit
 * @param resetsAt when the next period begins; null for {@code total}
 */
public record Budget(
        String scope,
        String period,
        @Nullable String amount,
        String spent,
        String held,
        @Nullable String remaining,
        String currency,
        @Nullable Instant resetsAt) {}
