package dev.keymesh.gateway.metric;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** How often values were at most so large, and their sum; counting takes no lock and allocates nothing. */
public final class Histogram {
    private static final double NANOS = 1e9;

    private final long[] bounds;
    /** How many of what is recorded make one of what is shown. */
    private final double unit;

    /** One for each bound, and one for what is beyond all of them. */
    private final LongAdder[] counts;

    private final LongAdder sum = new LongAdder();

    private Histogram(double unit, double... bounds) {
        this.unit = unit;
        this.bounds = Arrays.stream(bounds)
                .mapToLong(bound -> Math.round(bound * unit))
                .toArray();
        counts = new LongAdder[bounds.length + 1];
        Arrays.setAll(counts, _ -> new LongAdder());
    }

    /** Of times that are recorded in nanoseconds and shown in seconds; the bounds are in seconds, smallest first. */
    public static Histogram seconds(double... bounds) {
        return new Histogram(NANOS, bounds);
    }

    /** Of numbers of things; the bounds smallest first. */
    public static Histogram numbers(double... bounds) {
        return new Histogram(1, bounds);
    }

    public void record(long value) {
        int at = 0;
        while (at < bounds.length && value > bounds[at]) {
            at++;
        }
        counts[at].increment();
        sum.add(value);
    }

    /** The bounds as they are shown; that of the last count is infinite. */
    double[] shownBounds() {
        double[] shown = new double[counts.length];
        for (int i = 0; i < bounds.length; i++) {
            shown[i] = bounds[i] / unit;
        }
        shown[bounds.length] = Double.POSITIVE_INFINITY;
        return shown;
    }

    /** How many were within each bound and beyond the one before it. */
    long[] counts() {
        return Arrays.stream(counts).mapToLong(LongAdder::sum).toArray();
    }

    /** Whether anything was. */
    public boolean recorded() {
        return Arrays.stream(counts).anyMatch(count -> count.sum() != 0);
    }

    double shownSum() {
        return sum.sum() / unit;
    }
}
