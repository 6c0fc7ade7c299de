package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.ledger.Limits;
import dev.keymesh.gateway.ledger.Period;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the newest calls of a budget that has become less than is spent and held: it was lowered, or its increase ended. */
public final class Overdrawn implements Consumer<Limit>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Overdrawn.class);

    private final Store store;
    private final Limits limits;
    private final LiveCalls live;
    private final InstantSource clock;
    private final ScheduledExecutorService ends = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("keymesh-increases").unstarted(task));
    private Instant looked;

    public Overdrawn(Store store, Limits limits, LiveCalls live, InstantSource clock) {
        this.store = store;
        this.limits = limits;
        this.live = live;
        this.clock = clock;
        looked = clock.instant();
        var _ = ends.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    /** Looks at the increases that have ended since the last time. */
    private void look() {
        Instant now = clock.instant();
        try {
            limits.endedIncreases(looked, now).forEach(this);
            looked = now;
        } catch (StoreException e) {
            LOG.debug("The end of an increase is looked at again: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("The end of an increase could not be looked at.", e);
        }
    }

    @Override
    public void accept(Limit limit) {
        Instant now = clock.instant();
        Long amount = limit.amountAt(now);
        if (amount != null) {
            Limits.Used used = store.read(handle -> Limits.used(handle, limit, Period.day(now)));
            long tooMuch = used.both() - amount;
            if (tooMuch > 0) {
                live.endNewest(
                        limit,
                        tooMuch,
                        Refusal.budgetExceeded(
                                "The budget of " + limit.scope() + " was lowered below what is spent and held."));
            }
        }
    }

    @Override
    public void close() {
        ends.shutdownNow();
    }
}
