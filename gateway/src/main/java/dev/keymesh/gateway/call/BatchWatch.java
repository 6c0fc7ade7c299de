package dev.keymesh.gateway.call;

import dev.keymesh.gateway.store.Rounds;
import dev.keymesh.gateway.store.Store;
import java.time.Duration;

/** Looks at the batches that nobody asks about, every five minutes on one node: else what they hold would be held for ever. */
public final class BatchWatch implements AutoCloseable {
    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMinutes(5);

    private final Rounds rounds = new Rounds("keymesh-batches", "The look at the batches");

    private BatchWatch() {}

    /** Begins soon after the start, with what ended while nobody ran. */
    public static BatchWatch start(Store store, Batches batches) {
        BatchWatch watch = new BatchWatch();
        watch.rounds.begin(FIRST, PAUSE, () -> {
            var _ = store.alone(batches::lookAtAll);
        });
        return watch;
    }

    @Override
    public void close() {
        rounds.close();
    }
}
