package dev.keymesh.gateway.store;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that does one thing again and again. What fails is told, and tried at the next round. */
public final class Rounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
    private static final long END_SECONDS = 10;

    private final String what;
    private final ScheduledExecutorService executor;

    /**
     * No round is made yet.
     *
     * @param thread its name
     * @param what it does, as the subject of a sentence of the log
     */
    public Rounds(String thread, String what) {
        this.what = what;
        executor = Executors.newSingleThreadScheduledExecutor(
                task -> Thread.ofPlatform().daemon().name(thread).unstarted(task));
    }

    /** Makes the first round after a while, and each other one so long after the one before. */
    public void begin(Duration first, Duration pause, Runnable round) {
        var _ = executor.scheduleWithFixedDelay(
                () -> tryOnce(round), first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tryOnce(Runnable round) {
        try {
            round.run();
        } catch (StoreException e) {
            LOG.warn("{} will be tried again: {}", what, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{} failed and will be tried again.", what, e);
        }
    }

    /** Interrupts the round that runs, and waits for it. */
    @Override
    public void close() {
        executor.shutdownNow();
        try {
            if (!executor.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{} did not end.", what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
