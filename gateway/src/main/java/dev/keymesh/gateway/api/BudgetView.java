package dev.keymesh.gateway.api;

import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.ledger.Limits;
import dev.keymesh.gateway.ledger.Period;
import dev.keymesh.gateway.ledger.Unit;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.sdk.wire.Budget;
import dev.keymesh.sdk.wire.BudgetIncrease;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a budget is shown, with where it stands now. */
public final class BudgetView {
    private static final Limits.Used NOTHING = new Limits.Used(0, 0);

    private final Store store;
    private final InstantSource clock;

    public BudgetView(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    Budget wire(Limit limit) {
        Instant now = clock.instant();
        return wire(limit, store.read(handle -> Limits.used(handle, limit, Period.day(now))), now);
    }

    /** Budgets in their order, with where they all stand at one instant. */
    List<Budget> wire(List<Limit> limits) {
        Instant now = clock.instant();
        Map<Limit.Id, Limits.Used> used = store.read(handle -> Limits.used(handle, limits, Period.day(now)));
        return limits.stream()
                .map(limit -> wire(limit, used.getOrDefault(limit.id(), NOTHING), now))
                .toList();
    }

    private static Budget wire(Limit limit, Limits.Used used, Instant now) {
        Unit unit = limit.unit();
        Long amount = limit.amount();
        Long has = limit.amountAt(now);
        Limit.Increase increase = limit.increase();
        return new Budget(
                limit.scope(),
                named(limit.provider()),
                named(limit.model()),
                unit.wire(),
                limit.period().wire(),
                amount == null ? null : unit.format(amount),
                unit.format(used.spent()),
                unit.format(used.held()),
                has == null ? null : unit.format(has - used.both()),
                unit == Unit.USD ? "USD" : null,
                limit.thresholds(),
                increase == null ? null : new BudgetIncrease(unit.format(increase.amount()), increase.until()),
                limit.period().resetsAt(Period.day(now)));
    }

    private static @Nullable String named(String name) {
        return name.isEmpty() ? null : name;
    }
}
