package dev.keymesh.gateway.metric;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts by name, of few names: what comes when there are too many is counted as {@value #OTHER}. */
public final class Tally {
    /** The name of all that has none of its own. */
    public static final String OTHER = "other";

    private static final int MOST = 100;

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    /** With names that are shown before they are counted. */
    public Tally(String... names) {
        List.of(names).forEach(name -> counts.put(name, new LongAdder()));
    }

    public void count(String name) {
        add(name, 1);
    }

    public void add(String name, long more) {
        LongAdder known = counts.get(name);
        if (known == null) {
            known = counts.computeIfAbsent(counts.size() < MOST ? name : OTHER, _ -> new LongAdder());
        }
        known.add(more);
    }

    /** Each name with its count, as a metric of one label. */
    public void read(Metric.Values to) {
        counts.forEach((name, count) -> to.count(count.sum(), name));
    }
}
