package dev.keymesh.gateway.api;

import dev.keymesh.sdk.wire.KeyBudget;
import dev.keymesh.sdk.wire.KeyDefaults;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Checks what new keys of a workspace are to take where they name nothing. */
final class DefaultsCheck {
    private static final String AT = "/keyDefaults";
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private DefaultsCheck() {}

    /** The defaults; null where none is stated. */
    static @Nullable KeyDefaults checked(@Nullable KeyDefaults wanted) {
        if (wanted == null || wanted.equals(new KeyDefaults(null, null, null, null))) {
            return null;
        }
        KeyBudget budget = wanted.budget();
        if (budget != null) {
            // A null would be a default that says nothing, and most likely a typo.
            Checks.usd(budget.amount(), AT + "/budget/amount");
            Checks.currency(budget.currency(), AT + "/budget/currency");
            Checks.period(budget.period(), AT + "/budget/period");
        }
        if (wanted.expiresIn() != null) {
            Checks.duration(wanted.expiresIn(), AT + "/expiresIn", SHORTEST, LONGEST);
        }
        PolicyCheck.check(wanted.policy(), AT);
        return wanted;
    }
}
