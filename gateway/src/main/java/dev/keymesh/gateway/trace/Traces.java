package dev.keymesh.gateway.trace;

import dev.keymesh.gateway.ledger.CallRecord;
import dev.keymesh.gateway.metric.Metric;
import dev.keymesh.gateway.metric.Tally;
import dev.keymesh.gateway.provider.Providers;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A span for each call that has ended, where a collector is configured. A call waits for none of it: spans queue, and a
 * collector that is slow or down loses them. OpenTelemetry is loaded only where it is on.
 */
public final class Traces implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Traces.class);

    private final Tally spans = new Tally("exported", "failed", "dropped");
    private final @Nullable Otlp otlp;
    private final @Nullable Aside<Ended> queue;
    private boolean failing;

    /**
     * Ready for calls.
     *
     * @param to null exports nothing
     */
    public Traces(@Nullable Telemetry to, Providers providers) {
        otlp = to == null ? null : new Otlp(to, new SpanFacts(providers));
        queue = otlp == null ? null : new Aside<>("keymesh-spans", batch -> export(otlp, batch));
    }

    /** A call that has ended, and what it hangs together with. */
    record Ended(
            CallRecord call, @Nullable Link link, @Nullable Answered answered) {}

    /** Whether spans are made at all. */
    public boolean isOn() {
        return queue != null;
    }

    /**
     * Makes a call's span, unless its caller keeps no trace.
     *
     * @param link null begins a trace
     * @param answered null where no provider answered
     */
    public void ended(CallRecord call, @Nullable Link link, @Nullable Answered answered) {
        if (queue != null && (link == null || link.sampled()) && !queue.offer(new Ended(call, link, answered))) {
            spans.count("dropped");
        }
    }

    private void export(Otlp to, List<Ended> batch) {
        String failure = to.export(batch);
        spans.add(failure == null ? "exported" : "failed", batch.size());
        if (failure != null && !failing) {
            LOG.warn("Spans cannot be exported, and are lost until they can: {}", failure);
        } else if (failure == null && failing) {
            LOG.info("Spans are exported again.");
        }
        failing = failure != null;
    }

    /** Spans that wait. */
    public int queued() {
        return queue == null ? 0 : queue.depth();
    }

    public Metric metric() {
        return Metric.counter(
                "keymesh_spans_total",
                "Spans of calls: exported, not taken by the collector, or dropped because too many waited.",
                List.of("outcome"),
                spans::read);
    }

    @Override
    public void close() {
        if (queue != null && otlp != null) {
            queue.close();
            otlp.close();
        }
    }
}
