package dev.keymesh.gateway.trace;

import dev.keymesh.gateway.ledger.CallRecord;
import dev.keymesh.gateway.metric.Metric;
import dev.keymesh.gateway.metric.Tally;
import dev.keymesh.gateway.price.Usd;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line of the log for each call that has ended, metadata only; written aside, for a log may be slow. */
public final class AccessLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("dev.keymesh.access");

    private final Tally lines = counts();
    private final Aside<CallRecord> queue = new Aside<>("keymesh-access", this::write);

    public void ended(CallRecord call) {
        if (!queue.offer(call)) {
            lines.count("dropped");
        }
    }

    private void write(List<CallRecord> batch) {
        for (CallRecord call : batch) {
            LOG.info(line(call));
            lines.count("written");
        }
    }

    /** Names and values; none of these can hold a blank. */
    static String line(CallRecord call) {
        StringBuilder line = new StringBuilder(256);
        add(line, "request", call.id());
        add(line, "workspace", call.scopes().space() + "/" + call.scopes().workspace());
        add(line, "key", call.scopes().key());
        add(line, "operation", call.operation());
        add(line, "provider", call.provider());
        add(line, "model", call.model());
        add(line, "status", call.status());
        add(line, "outcome", call.outcome());
        add(line, "code", call.errorCode());
        add(line, "stream", call.stream());
        add(line, "inputTokens", call.inputTokens());
        add(line, "outputTokens", call.outputTokens());
        add(line, "cost", call.cost() == null ? null : Usd.format(call.cost()));
        add(line, "settlement", call.settlement());
        add(line, "firstByteMs", call.firstByteMs());
        add(line, "durationMs", call.durationMs());
        return line.toString();
    }

    private static void add(StringBuilder line, String name, @org.jspecify.annotations.Nullable Object value) {
        if (value != null) {
            line.append(line.isEmpty() ? "" : " ").append(name).append('=').append(value);
        }
    }

    public Metric metric() {
        return metric(lines);
    }

    /** What is counted where there is none. */
    public static Metric none() {
        return metric(counts());
    }

    private static Tally counts() {
        return new Tally("written", "dropped");
    }

    private static Metric metric(Tally lines) {
        return Metric.counter(
                "keymesh_access_lines_total",
                "Lines of the access log: written, or dropped because too many waited.",
                List.of("outcome"),
                lines::read);
    }

    @Override
    public void close() {
        queue.close();
    }
}
