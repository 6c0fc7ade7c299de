package dev.keymesh.gateway.ledger;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A budget: how much of a unit a scope may use in a period, of all providers and models or of some.
 *
 * @param provider the name of the provider that it counts; empty is all
 * @param model the model that it counts; empty is all
 * @param amount in the unit; null is an explicit no-limit, 0 blocks
 * @param thresholds percents of the amount, ascending, that are told when they are reached
 * @param increase null is none
 */
public record Limit(
        String scope,
        String provider,
        String model,
        Unit unit,
        Period period,
        @Nullable Long amount,
        List<Integer> thresholds,
        @Nullable Increase increase) {
    public static final List<Integer> THRESHOLDS = List.of(50, 80, 100);

    /** Of dollars, over all providers and models. */
    public static Limit usd(String scope, Period period, @Nullable Long amount) {
        return new Limit(scope, "", "", Unit.USD, period, amount, THRESHOLDS, null);
    }

    /** The amount at an instant, the increase of that time included; null is no limit. */
    public @Nullable Long amountAt(Instant now) {
        if (amount == null || increase == null || !now.isBefore(increase.until())) {
            return amount;
        }
        return Amounts.sum(amount, increase.amount());
    }

    /** Whether a call of this provider and model counts. */
    public boolean counts(String calledProvider, String calledModel) {
        return (provider.isEmpty() || provider.equals(calledProvider))
                && (model.isEmpty() || model.equals(calledModel));
    }

    /** Whether it counts some calls of its scope only. */
    boolean narrow() {
        return !provider.isEmpty() || !model.isEmpty();
    }

    BalanceKey balance() {
        return new BalanceKey(scope, provider, model);
    }

    /** What makes a budget the one that it is: to set it again is to change it. */
    public Id id() {
        return new Id(scope, provider, model, unit, period);
    }

    /** What a budget is found by. */
    public record Id(String scope, String provider, String model, Unit unit, Period period) {}

    /** So much more than the amount, until an instant. */
    public record Increase(long amount, Instant until) {}
}
