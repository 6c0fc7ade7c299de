package dev.keymesh.gateway.store;

import dev.keymesh.gateway.metric.Histogram;
import dev.keymesh.gateway.metric.Metric;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of the ledger's batches. */
final class Commits {
    private final Histogram sizes = Histogram.numbers(1, 2, 5, 10, 20, 50, 100, 250, 500, 1_000);
    private final Histogram times = Histogram.seconds(.0002, .0005, .001, .002, .005, .01, .02, .05, .1, .5, 2);
    private final LongAdder failures = new LongAdder();

    void ended(int commands, long nanos, boolean durable) {
        sizes.record(commands);
        times.record(nanos);
        if (!durable) {
            failures.increment();
        }
    }

    List<Metric> metrics() {
        return List.of(
                Metric.histogram("keymesh_ledger_batch_size", "Commands of the ledger that shared a commit.", sizes),
                Metric.histogram(
                        "keymesh_ledger_commit_seconds",
                        "From the beginning of a batch of the ledger to its being durable.",
                        times),
                Metric.counter(
                        "keymesh_ledger_batches_failed_total",
                        "Batches of the ledger that the database did not take.",
                        failures::sum));
    }
}
