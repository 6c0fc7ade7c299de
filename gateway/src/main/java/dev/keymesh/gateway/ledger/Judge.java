package dev.keymesh.gateway.ledger;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Decides whether an amount fits: a pure function of limits, balances and the amount. */
final class Judge {
    private Judge() {}

    /** Null when every budget of the chain has the amount; else the budget that has not, the lasting ones first. */
    static HoldAnswer.@Nullable Refused refuses(
            List<String> scopes,
            Map<String, List<Limit>> limits,
            Function<String, Balance> balances,
            long bound,
            int day) {
        HoldAnswer.Refused temporary = null;
        for (String scope : scopes) {
            for (Limit limit : limits.getOrDefault(scope, List.of())) {
                HoldAnswer.Refused refused = refuses(limit, balances.apply(scope), bound, day);
                if (refused != null && !refused.temporary()) {
                    return refused;
                }
                temporary = temporary == null ? refused : temporary;
            }
        }
        return temporary;
    }

    private static HoldAnswer.@Nullable Refused refuses(Limit limit, Balance balance, long bound, int day) {
        Long amount = limit.amount();
        if (amount == null) {
            return null;
        }
        Balance.Window window = balance.window(limit.period(), day);
        long free = amount - window.used();
        if (bound <= free && amount > 0) {
            return null;
        }
        boolean temporary = amount > 0 && bound <= amount - window.spent();
        return new HoldAnswer.Refused(
                limit,
                window.spent(),
                window.held(),
                bound,
                temporary,
                limit.period().resetsAt(day));
    }

    /** The budget of the chain with the least left, or null when there is none. */
    static HoldAnswer.@Nullable Remaining tightest(
            List<String> scopes, Map<String, List<Limit>> limits, Function<String, Balance> balances, int day) {
        HoldAnswer.Remaining tightest = null;
        for (String scope : scopes) {
            for (Limit limit : limits.getOrDefault(scope, List.of())) {
                Long amount = limit.amount();
                if (amount == null) {
                    continue;
                }
                Balance.Window window = balances.apply(scope).window(limit.period(), day);
                long left = amount - window.used();
                if (tightest == null || left < tightest.amount()) {
                    tightest =
                            new HoldAnswer.Remaining(scope, left, limit.period().resetsAt(day));
                }
            }
        }
        return tightest;
    }
}
