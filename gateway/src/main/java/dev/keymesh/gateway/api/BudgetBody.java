package dev.keymesh.gateway.api;

import dev.keymesh.gateway.dialect.ModelIds;
import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.ledger.Unit;
import dev.keymesh.sdk.wire.BudgetIncrease;
import dev.keymesh.sdk.wire.NewBudget;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a budget as callers write it. */
final class BudgetBody {
    private static final Pattern COUNT = Pattern.compile("0|[1-9][0-9]{0,17}");
    private static final int MOST_THRESHOLDS = 10;

    private BudgetBody() {}

    /**
     * The budget.
     *
     * @param scope that it is for, already checked
     */
    static Limit limit(Call call, NewBudget wanted, String scope, Instant now) {
        Unit unit = unit(wanted.unit(), "/unit");
        if (unit == Unit.USD) {
            Checks.currency(wanted.currency(), "/currency");
        } else if (wanted.currency() != null) {
            throw Rejection.invalid("/currency", "invalid_currency", "is only for budgets of dollars", "Leave it out.");
        }
        if (!Bodies.has(call.request().body(), "/amount")) {
            throw Rejection.invalid("/amount", "missing", "is missing", "Write null for an explicit no-limit.");
        }
        Long amount = wanted.amount() == null ? null : (Long) amount(unit, wanted.amount(), "/amount");
        return new Limit(
                scope,
                wanted.provider() == null ? "" : Checks.slug(wanted.provider(), "/provider"),
                model(wanted.model(), "/model"),
                unit,
                Checks.period(wanted.period(), "/period"),
                amount,
                thresholds(wanted.thresholds()),
                increase(unit, amount, wanted.increase(), now));
    }

    /** Which budget a query means. */
    static Limit.Id id(Call call, String scope) {
        return new Limit.Id(
                scope,
                call.asked("provider") == null ? "" : Checks.slug(call.asked("provider"), "?provider"),
                model(call.asked("model"), "?model"),
                unit(call.asked("unit"), "?unit"),
                Checks.period(call.asked("period"), "?period"));
    }

    private static Unit unit(@Nullable String value, String pointer) {
        return Unit.of(value == null ? Unit.USD.wire() : value)
                .orElseThrow(() -> Rejection.invalid(pointer, "invalid_unit", "must be usd, requests or tokens", null));
    }

    private static String model(@Nullable String value, String pointer) {
        if (value != null && !ModelIds.isId(value)) {
            throw Rejection.invalid(
                    pointer, "invalid_model", "must be 1 to 128 characters of A-Z a-z 0-9 . _ : / @ -", null);
        }
        return value == null ? "" : value;
    }

    private static long amount(Unit unit, @Nullable String value, String pointer) {
        if (unit == Unit.USD) {
            return Checks.usd(value, pointer);
        }
        if (value == null || !COUNT.matcher(value).matches()) {
            throw Rejection.invalid(
                    pointer, "invalid_amount", "must be an integer from 0 on, as a string, such as \"1000\"", null);
        }
        return Long.parseLong(value);
    }

    private static List<Integer> thresholds(@Nullable List<Integer> wanted) {
        if (wanted == null) {
            return Limit.THRESHOLDS;
        }
        boolean good = wanted.size() <= MOST_THRESHOLDS
                && wanted.stream().allMatch(percent -> percent != null && percent >= 1 && percent <= 100);
        if (!good) {
            throw Rejection.invalid(
                    "/thresholds",
                    "invalid_thresholds",
                    "must be at most " + MOST_THRESHOLDS + " integers from 1 to 100",
                    null);
        }
        return wanted.stream().distinct().sorted().toList();
    }

    private static Limit.@Nullable Increase increase(
            Unit unit, @Nullable Long amount, @Nullable BudgetIncrease wanted, Instant now) {
        if (wanted == null) {
            return null;
        }
        Instant until = wanted.until();
        if (amount == null) {
            throw Rejection.invalid("/increase", "invalid_increase", "is of no use without an amount", "Leave it out.");
        }
        if (until == null || !until.isAfter(now) || Instants.isFar(until)) {
            throw Rejection.invalid("/increase/until", "invalid_instant", "must be an instant to come", null);
        }
        return new Limit.Increase(amount(unit, wanted.amount(), "/increase/amount"), until);
    }
}
