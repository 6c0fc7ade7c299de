package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.ledger.CallRecord;
import dev.keymesh.gateway.metric.Histogram;
import dev.keymesh.gateway.metric.Metric;
import dev.keymesh.gateway.metric.Tally;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is counted of the calls: by operation, model, provider and outcome, never by who called. A model has a series of
 * its own when there is a price for it; what a caller made up is {@value Tally#OTHER}, and so is what comes when there
 * are too many.
 */
public final class CallMeters {
    private static final String NONE = "none";
    private static final int MOST_MODELS = 200;
    private static final int MOST_PROVIDERS = 50;
    /** Of models and providers by their names; beyond it both are {@value Tally#OTHER}. */
    private static final int MOST_CELLS = 2_000;

    private static final double NANO_DOLLARS = 1e9;
    private static final List<String> LABELS = List.of("operation", "model", "provider", "outcome");

    private final Predicate<String> priced;
    private final Map<Key, Cell> cells = new ConcurrentHashMap<>();
    private final Map<Served, Times> times = new ConcurrentHashMap<>();
    private final Set<String> models = ConcurrentHashMap.newKeySet();
    private final Set<String> providers = ConcurrentHashMap.newKeySet();
    private final Map<Operation, Histogram> added = new EnumMap<>(Operation.class);
    private final Tally refusals = new Tally();

    /**
     * Nothing is counted yet.
     *
     * @param priced whether a model of that name has a price
     */
    public CallMeters(Predicate<String> priced) {
        this.priced = priced;
        for (Operation operation : Operation.values()) {
            added.put(operation, Histogram.seconds(.0001, .0002, .0005, .001, .002, .005, .01, .025, .1, .5, 2));
        }
    }

    private record Key(String operation, String model, String provider, String outcome) {}

    private record Served(String operation, String provider) {}

    /** What calls that are alike come to. */
    private record Cell(
            Times times, LongAdder calls, LongAdder input, LongAdder cached, LongAdder output, LongAdder nanoDollars) {
        Cell(Times times) {
            this(times, new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
        }
    }

    private record Times(Histogram whole, Histogram firstByte) {
        Times() {
            this(
                    Histogram.seconds(.005, .025, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300),
                    Histogram.seconds(.005, .025, .1, .25, .5, 1, 2.5, 5, 10, 30, 60));
        }
    }

    /** Counts a call that has ended. */
    public void ended(CallRecord call) {
        Cell cell = cell(call);
        cell.calls.increment();
        add(cell.input, call.inputTokens());
        add(cell.cached, call.cachedInputTokens());
        add(cell.output, call.outputTokens());
        add(cell.nanoDollars, call.cost() == null ? 0 : call.cost());
        cell.times.whole.record(TimeUnit.MILLISECONDS.toNanos(call.durationMs()));
        Long firstByte = call.firstByteMs();
        if (firstByte != null) {
            cell.times.firstByte.record(TimeUnit.MILLISECONDS.toNanos(firstByte));
        }
    }

    private static void add(LongAdder to, long more) {
        if (more != 0) {
            to.add(more);
        }
    }

    /** Counts what a call waited for Keymesh itself. */
    void added(Operation operation, long nanos) {
        java.util.Objects.requireNonNull(added.get(operation)).record(nanos);
    }

    void refused(String code) {
        refusals.count(code);
    }

    private Cell cell(CallRecord call) {
        String model = call.model() == null ? NONE : call.model();
        String provider = call.provider() == null ? NONE : call.provider();
        Key asWritten = new Key(call.operation(), model, provider, call.outcome());
        Cell known = cells.get(asWritten);
        return known == null ? fresh(asWritten) : known;
    }

    private Cell fresh(Key asWritten) {
        boolean room = cells.size() < MOST_CELLS;
        Key shown = new Key(
                asWritten.operation,
                room ? model(asWritten.model) : Tally.OTHER,
                room ? named(providers, MOST_PROVIDERS, asWritten.provider) : Tally.OTHER,
                asWritten.outcome);
        return cells.computeIfAbsent(
                shown,
                key -> new Cell(times.computeIfAbsent(new Served(key.operation, key.provider), _ -> new Times())));
    }

    private String model(String name) {
        return name.equals(NONE) || priced.test(name) ? named(models, MOST_MODELS, name) : Tally.OTHER;
    }

    private static String named(Set<String> known, int most, String name) {
        if (known.contains(name)) {
            return name;
        }
        if (known.size() >= most) {
            return Tally.OTHER;
        }
        known.add(name);
        return name;
    }

    /** What is shown of it. */
    public List<Metric> metrics() {
        return List.of(
                Metric.counter(
                        "keymesh_calls_total",
                        "Calls of models that have ended.",
                        LABELS,
                        to -> each((key, cell) -> value(to, (double) cell.calls.sum(), key, null))),
                Metric.counter(
                        "keymesh_tokens_total",
                        "Tokens of calls, as they were charged; cached ones are part of the input.",
                        List.of("operation", "model", "provider", "outcome", "type"),
                        to -> each((key, cell) -> {
                            value(to, (double) cell.input.sum(), key, "input");
                            value(to, (double) cell.cached.sum(), key, "cached_input");
                            value(to, (double) cell.output.sum(), key, "output");
                        })),
                Metric.counter(
                        "keymesh_cost_dollars_total",
                        "What calls cost; the books have it exactly.",
                        LABELS,
                        to -> each((key, cell) -> value(to, cell.nanoDollars.sum() / NANO_DOLLARS, key, null))),
                Metric.histogram(
                        "keymesh_call_duration_seconds",
                        "From a call's first byte to the end of its answer.",
                        List.of("operation", "provider"),
                        to -> times.forEach((of, both) -> to.histogram(both.whole, of.operation, of.provider))),
                Metric.histogram(
                        "keymesh_first_byte_seconds",
                        "From a call's first byte to the head of the provider's answer.",
                        List.of("operation", "provider"),
                        to -> times.forEach((of, both) -> to.histogram(both.firstByte, of.operation, of.provider))),
                Metric.histogram(
                        "keymesh_added_latency_seconds",
                        "What Keymesh adds: from the whole request to its writing to the provider, and from the last byte"
                                + " of the answer to its end.",
                        List.of("operation"),
                        this::readAdded),
                Metric.counter(
                        "keymesh_refusals_total",
                        "What the model path refused, by the code of the refusal.",
                        List.of("code"),
                        refusals::read));
    }

    private void readAdded(Metric.Values to) {
        added.forEach((operation, one) -> {
            if (one.recorded()) {
                to.histogram(one, operation.wire());
            }
        });
    }

    private void each(BiConsumer<Key, Cell> one) {
        cells.forEach(one);
    }

    /** Without what never came, which would be most of it. */
    private static void value(Metric.Values to, double value, Key key, @Nullable String type) {
        if (value == 0) {
            return;
        }
        if (type == null) {
            to.value(value, key.operation, key.model, key.provider, key.outcome);
        } else {
            to.value(value, key.operation, key.model, key.provider, key.outcome, type);
        }
    }
}
