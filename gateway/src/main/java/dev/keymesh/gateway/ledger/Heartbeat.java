package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.Tx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process among those that share the database: it beats every 2 s, and what one held that has not beaten for 10 s the
 * others charge. The embedded database has one process at a time: whoever starts is it.
 */
final class Heartbeat implements AutoCloseable {
    static final Duration DEAD_AFTER = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
    private static final long EVERY_SECONDS = 2;

    private final Store store;
    private final Consumer<LedgerCommand.Settle> charge;
    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("keymesh-heartbeat").unstarted(task));
    private volatile String instance;

    Heartbeat(Store store, String instance, Consumer<LedgerCommand.Settle> charge) {
        this.store = store;
        this.instance = instance;
        this.charge = charge;
    }

    /** Names this process on the holds that it takes. */
    String instance() {
        return instance;
    }

    /** Registers, and waits until what dead processes left is charged. */
    void start() {
        store.maintain(tx -> {
            if (!store.shared()) {
                tx.handle().execute("DELETE FROM node");
            }
            return register(tx, instance);
        });
        int resolved = resolve();
        if (resolved > 0) {
            store.barrier();
            LOG.info("{} calls that an earlier run left open are charged at what they held.", resolved);
        }
        if (store.shared()) {
            var _ = beats.scheduleWithFixedDelay(this::tick, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void tick() {
        try {
            beat();
            int resolved = resolve();
            if (resolved > 0) {
                LOG.warn("A node died; {} calls that it left open are charged at what they held.", resolved);
            }
        } catch (RuntimeException e) {
            LOG.warn("No heartbeat could be written: {}", e.getMessage());
        }
    }

    /**
     * One that was silent for too long has a new name from here on: what it held under the old one may have been charged by
     * others, and what is not will be.
     */
    private void beat() {
        boolean alive = store.maintain(tx -> tx.handle()
                        .execute(
                                "UPDATE node SET beat_at = ? WHERE instance = ? AND beat_at > ?",
                                now().toEpochMilli(),
                                instance,
                                deadline())
                == 1);
        if (!alive) {
            String next = Ids.next("run");
            store.maintain(tx -> register(tx, next));
            LOG.warn(
                    "This node was silent for too long: it goes on as {}, the calls of {} are charged.",
                    next,
                    instance);
            instance = next;
        }
    }

    private int register(Tx tx, String name) {
        return tx.handle().execute("INSERT INTO node (instance, beat_at) VALUES (?, ?)", name, now().toEpochMilli());
    }

    /** First the dead lose their names, then what has none is charged: the removal of its row lets that happen once. */
    private int resolve() {
        if (store.shared()) {
            store.maintain(tx -> tx.handle().execute("DELETE FROM node WHERE beat_at <= ?", deadline()));
        }
        List<LedgerCommand.Settle> orphans = store.read(handle -> Orphans.find(handle, now()));
        orphans.forEach(charge);
        return orphans.size();
    }

    private long deadline() {
        return now().minus(DEAD_AFTER).toEpochMilli();
    }

    private Instant now() {
        return store.clock().instant();
    }

    /** What it still holds, the next one or another one charges at once. */
    @Override
    public void close() {
        beats.shutdownNow();
        try {
            store.maintain(tx -> tx.handle().execute("DELETE FROM node WHERE instance = ?", instance));
        } catch (RuntimeException e) {
            LOG.debug("The node could not be taken off the list: {}", e.toString());
        }
    }
}
