package dev.keymesh.gateway.api;

import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.ledger.Limits;
import dev.keymesh.gateway.ledger.Period;
import dev.keymesh.gateway.price.Usd;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.sdk.wire.Budget;
import java.time.InstantSource;

/** How a budget is shown, with where it stands now. */
public final class BudgetView {
    private final Store store;
    private final Limits limits;
    private final InstantSource clock;

    public BudgetView(Store store, Limits limits, InstantSource clock) {
        this.store = store;
        this.limits = limits;
        this.clock = clock;
    }

    Limits.Used used(Limit limit) {
        return store.read(handle -> limits.used(handle, limit, Period.day(clock.instant())));
    }

    Budget wire(Limit limit) {
        Limits.Used used = used(limit);
        Long amount = limit.amount();
        return new Budget(
                limit.scope(),
                limit.period().wire(),
                amount == null ? null : Usd.format(amount),
                Usd.format(used.spent()),
                Usd.format(used.held()),
                amount == null ? null : signed(amount - used.spent() - used.held()),
                "USD",
                limit.period().resetsAt(Period.day(clock.instant())));
    }

    private static String signed(long nanos) {
        return nanos < 0 ? "-" + Usd.format(-nanos) : Usd.format(nanos);
    }
}
