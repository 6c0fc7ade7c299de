package dev.keymesh.gateway.store;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The database's time, so that all nodes see the same windows whatever their own clocks say. It never goes back: where the
 * database's clock does, it stands until that has caught up.
 */
final class Clock implements InstantSource {
    /** A measurement that took longer says little: it is only taken where there is none that is fresh. */
    private static final long GOOD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long OLD_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final InstantSource MACHINE = InstantSource.system();

    private final AtomicLong last = new AtomicLong(Long.MIN_VALUE);
    /** Microseconds that the database's clock is ahead of this process's timer. */
    private volatile long ahead;

    private volatile long measuredAt;
    private volatile boolean measured;

    /**
     * Takes in what the database's clock said.
     *
     * @param micros since 1970
     * @param asked when it was asked, and
     * @param answered when it had answered, in {@link System#nanoTime}
     */
    void measured(long micros, long asked, long answered) {
        boolean good = answered - asked <= GOOD_NANOS;
        if (measured && !good && answered - measuredAt < OLD_NANOS) {
            return;
        }
        ahead = micros - TimeUnit.NANOSECONDS.toMicros(asked + (answered - asked) / 2);
        measuredAt = answered;
        measured = true;
    }

    /** Seconds that this machine's clock is ahead of the database's; negative where it is behind. */
    double machineAheadSeconds() {
        long database = ahead + TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
        return Instant.EPOCH.plus(database, ChronoUnit.MICROS).until(MACHINE.instant(), ChronoUnit.MICROS) / 1e6;
    }

    @Override
    public Instant instant() {
        long now = ahead + TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
        return Instant.EPOCH.plus(last.accumulateAndGet(now, Math::max), ChronoUnit.MICROS);
    }
}
