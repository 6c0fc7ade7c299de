package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.ledger.Amounts;
import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.metric.Metric;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every call that runs now, so that a revocation or a drain can end it; keeps silent streams alive. */
public final class LiveCalls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveCalls.class);
    /** A caller waits while they are counted. */
    private static final int MOST_COUNTED = 32;

    private final Map<String, Set<ModelCall>> byKey = new ConcurrentHashMap<>();
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("keymesh-live").unstarted(task));

    public LiveCalls() {
        var _ = heart.scheduleWithFixedDelay(this::beat, 1, 1, TimeUnit.SECONDS);
    }

    private void beat() {
        long now = System.nanoTime();
        for (Set<ModelCall> calls : byKey.values()) {
            for (ModelCall call : calls) {
                try {
                    call.beat(now);
                } catch (RuntimeException e) {
                    LOG.error("Call {} could not be kept alive.", call.id(), e);
                }
            }
        }
    }

    void add(String key, ModelCall call) {
        byKey.compute(key, (k, calls) -> {
            Set<ModelCall> of = calls == null ? ConcurrentHashMap.newKeySet() : calls;
            of.add(call);
            return of;
        });
    }

    void remove(String key, ModelCall call) {
        byKey.computeIfPresent(key, (k, calls) -> {
            calls.remove(call);
            return calls.isEmpty() ? null : calls;
        });
    }

    /** Ends the streams of a key with the vendor's error event. */
    public void end(String key, Refusal why) {
        byKey.getOrDefault(key, Set.of()).forEach(call -> call.stop(why));
    }

    /** Ends all calls: streams with the vendor's error event, others with a refusal where nothing was written. */
    void endAll(Refusal why) {
        byKey.values().forEach(calls -> calls.forEach(call -> call.halt(why)));
    }

    /** Ends the streams of every key of a space. */
    public void endSpace(String space, Refusal why) {
        byKey.values().stream()
                .flatMap(Set::stream)
                .filter(call -> call.isOf(space))
                .forEach(call -> call.stop(why));
    }

    /** Ends the newest streams under a budget until what they hold covers what is too much. */
    public void endNewest(Limit limit, long tooMuch, Refusal why) {
        long left = tooMuch;
        List<ModelCall> under = byKey.values().stream()
                .flatMap(Set::stream)
                .filter(call -> call.isUnder(limit))
                .sorted(Comparator.comparing(ModelCall::id).reversed())
                .toList();
        for (ModelCall call : under) {
            if (left <= 0) {
                return;
            }
            long held = call.held().of(limit.unit());
            if (held > 0 && call.stop(why)) {
                left -= held;
            }
        }
    }

    /** Counts the input of the calls that run under a budget, so that they hold less; those that were counted stay. */
    void tighten(Limit limit, Counting counting) {
        byKey.values().stream()
                .flatMap(Set::stream)
                .filter(call -> call.isUnder(limit) && call.isCountable())
                .limit(MOST_COUNTED)
                .forEach(call -> call.tighten(counting));
    }

    /** What is measured of them. */
    public List<Metric> metrics() {
        return List.of(
                Metric.gauge(
                        "keymesh_live_calls", "Calls that run: read, and not yet settled.", () -> count(_ -> true)),
                Metric.gauge(
                        "keymesh_live_streams",
                        "Those of them that are streams.",
                        () -> count(ModelCall::asksForStream)),
                Metric.gauge(
                        "keymesh_live_holds",
                        "Those of them that hold a part of a budget.",
                        () -> count(call -> !call.held().equals(Amounts.NONE))));
    }

    private long count(Predicate<ModelCall> which) {
        return byKey.values().stream().flatMap(Set::stream).filter(which).count();
    }

    public int count() {
        return byKey.values().stream().mapToInt(Set::size).sum();
    }

    @Override
    public void close() {
        heart.shutdownNow();
    }
}
