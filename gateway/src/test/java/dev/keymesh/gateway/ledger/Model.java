package dev.keymesh.gateway.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The ledger as one clerk would keep it on paper: every hold and charge in a list, every sum made anew from it. */
final class Model {
    final Map<String, Entry> holds = new LinkedHashMap<>();
    final Map<String, Entry> charges = new LinkedHashMap<>();
    final Map<Limit.Id, Limit> limits = new LinkedHashMap<>();
    /** Budget, window and percent of each threshold that is to be told. */
    final Set<String> told = new TreeSet<>();

    volatile Instant now = Instant.parse("2026-11-27T22:00:00Z");

    /** What is held or charged for a call on a day, or is asked for. */
    record Entry(Scopes scopes, String provider, String model, int day, Amounts amounts) {
        boolean counts(Limit limit) {
            return scopes.all().contains(limit.scope()) && limit.counts(provider, model);
        }

        Entry with(Amounts other) {
            return new Entry(scopes, provider, model, day, other);
        }
    }

    enum Verdict {
        FITS,
        TEMPORARY,
        LASTING
    }

    int today() {
        return Period.day(now);
    }

    Verdict verdict(Entry asked) {
        Verdict verdict = Verdict.FITS;
        for (Limit limit : on(asked)) {
            Verdict one = verdict(limit, asked);
            verdict = one.compareTo(verdict) > 0 ? one : verdict;
        }
        return verdict;
    }

    private Verdict verdict(Limit limit, Entry asked) {
        Long amount = amount(limit);
        long wanted = asked.amounts().of(limit.unit());
        if (amount == null || (amount > 0 && wanted + used(limit, first(asked)) <= amount)) {
            return Verdict.FITS;
        }
        return amount > 0 && wanted + spent(limit, first(asked)) <= amount ? Verdict.TEMPORARY : Verdict.LASTING;
    }

    /** A hold may be of a day after today's, when the clock went back: today's windows count it too. */
    int first(Entry asked) {
        return Math.min(asked.day(), today());
    }

    List<Limit> on(Entry entry) {
        return limits.values().stream().filter(entry::counts).toList();
    }

    @Nullable
    Long amount(Limit limit) {
        Limit.Increase increase = limit.increase();
        Long amount = limit.amount();
        if (amount == null || increase == null || !increase.until().isAfter(now)) {
            return amount;
        }
        return amount + increase.amount();
    }

    long used(Limit limit, int day) {
        return spent(limit, day) + held(limit, day);
    }

    long spent(Limit limit, int day) {
        return sum(charges, limit, day);
    }

    long held(Limit limit, int day) {
        return sum(holds, limit, day);
    }

    /** From the window's first day on: what a clock that was set back has left in the future counts too. */
    private static long sum(Map<String, Entry> entries, Limit limit, int day) {
        int first = limit.period().firstDay(day);
        return entries.values().stream()
                .filter(entry -> entry.day() >= first && entry.counts(limit))
                .mapToLong(entry -> entry.amounts().of(limit.unit()))
                .sum();
    }

    /** Charges a call, and tells the thresholds that its budgets have come to. */
    void charge(String id, Entry entry) {
        holds.remove(id);
        charges.put(id, entry);
        for (Limit limit : on(entry)) {
            Long amount = amount(limit);
            for (int percent : limit.thresholds()) {
                if (amount != null && amount > 0 && spent(limit, today()) * 100 >= amount * percent) {
                    told.add(limit.id() + " " + Math.max(0, limit.period().firstDay(today())) + " " + percent);
                }
            }
        }
    }

    /** Where nobody knows what the provider did, a call is charged what it holds. */
    void chargeWhatIsHeld(List<String> ids) {
        new ArrayList<>(ids).forEach(id -> charge(id, Objects.requireNonNull(holds.get(id))));
    }
}
