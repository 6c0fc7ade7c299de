package dev.keymesh.gateway.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether amounts fit: a pure function of limits, balances and what is asked for.
 *
 * @param balances what each limit that counts is about
 * @param day whose windows count: of what is to be held, or of the hold that is to be larger
 */
record Judge(Map<String, List<Limit>> limits, Function<Limit, Balance> balances, Instant now, int day) {

    /** Null when every budget of the chain has the amounts; else the budget that has not, the lasting ones first. */
    HoldAnswer.@Nullable Refused refuses(List<String> scopes, String provider, String model, Amounts wanted) {
        HoldAnswer.Refused temporary = null;
        for (String scope : scopes) {
            for (Limit limit : limits.getOrDefault(scope, List.of())) {
                HoldAnswer.Refused refused =
                        limit.counts(provider, model) ? refuses(limit, wanted.of(limit.unit())) : null;
                if (refused != null && !refused.temporary()) {
                    return refused;
                }
                temporary = temporary == null ? refused : temporary;
            }
        }
        return temporary;
    }

    private HoldAnswer.@Nullable Refused refuses(Limit limit, long wanted) {
        Long amount = limit.amountAt(now);
        if (amount == null) {
            return null;
        }
        Balance.Window window = balances.apply(limit).window(limit.unit(), limit.period(), day);
        if (amount > 0 && wanted <= amount - window.used()) {
            return null;
        }
        boolean temporary = amount > 0 && wanted <= amount - window.spent();
        return new HoldAnswer.Refused(
                limit,
                amount,
                window.spent(),
                window.held(),
                wanted,
                temporary,
                limit.period().resetsAt(day));
    }

    /**
     * The budget of the chain with the least left, or null when there is none: of dollars, if one is of dollars.
     *
     * @param endings what is not on the balances yet: to the caller, whose call has ended, it is
     */
    HoldAnswer.@Nullable Remaining tightest(
            List<String> scopes, String provider, String model, List<LedgerCommand.Ending> endings) {
        Limit tightest = null;
        long least = 0;
        for (String scope : scopes) {
            for (Limit limit : limits.getOrDefault(scope, List.of())) {
                Long amount = limit.counts(provider, model) ? limit.amountAt(now) : null;
                if (amount == null) {
                    continue;
                }
                Balance.Window window = balances.apply(limit).window(limit.unit(), limit.period(), day);
                long left = amount - window.used() + freed(limit, endings);
                int units = tightest == null ? -1 : limit.unit().compareTo(tightest.unit());
                if (units < 0 || (units == 0 && left < least)) {
                    tightest = limit;
                    least = left;
                }
            }
        }
        return tightest == null
                ? null
                : new HoldAnswer.Remaining(tightest, least, tightest.period().resetsAt(day));
    }

    private long freed(Limit limit, List<LedgerCommand.Ending> endings) {
        long freed = 0;
        for (LedgerCommand.Ending ending : endings) {
            Hold hold = ending.hold();
            boolean counts = limit.counts(hold.provider(), hold.model())
                    && hold.day() >= limit.period().firstDay(day)
                    && hold.scopes().all().contains(limit.scope());
            if (counts) {
                freed += hold.amounts().less(ending.charge()).of(limit.unit());
            }
        }
        return freed;
    }
}
