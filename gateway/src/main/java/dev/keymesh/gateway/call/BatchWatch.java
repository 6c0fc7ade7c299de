package dev.keymesh.gateway.call;

import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.StoreException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the batches that nobody asks about, every five minutes on one node: else what they hold would be held for ever. */
public final class BatchWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchWatch.class);
    private static final long FIRST_SECONDS = 2;
    private static final long EVERY_SECONDS = TimeUnit.MINUTES.toSeconds(5);

    private final Store store;
    private final Batches batches;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("keymesh-batches").unstarted(task));

    private BatchWatch(Store store, Batches batches) {
        this.store = store;
        this.batches = batches;
    }

    /** Begins soon after the start, with what ended while nobody ran. */
    public static BatchWatch start(Store store, Batches batches) {
        BatchWatch watch = new BatchWatch(store, batches);
        var _ = watch.executor.scheduleWithFixedDelay(watch::look, FIRST_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
        return watch;
    }

    private void look() {
        try {
            var _ = store.alone(batches::lookAtAll);
        } catch (StoreException e) {
            LOG.warn("The batches will be looked at again: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("The look at the batches failed and will be tried again.", e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
