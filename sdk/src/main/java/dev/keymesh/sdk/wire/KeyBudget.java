package dev.keymesh.sdk.wire;

import org.jspecify.annotations.Nullable;

/**
 * The budget that a new key starts with.
 *
 * @param amount US dollars, a decimal string of at most nine places; null is an explicit no limit, "0" blocks
 * @param currency {@code USD}; null is that
 * @param period {@code total}, {@code daily}, {@code weekly} or {@code monthly}, in UTC
 */
public record KeyBudget(@Nullable String amount, @Nullable String currency, String period) {

    /** So many US dollars in each calendar month. */
    public static KeyBudget monthly(String amount) {
        return new KeyBudget(amount, "USD", "monthly");
    }
}
