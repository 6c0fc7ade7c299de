package dev.keymesh.gateway.alert;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** When a delivery that failed is tried again: over two days, less and less often. */
final class BackOff {
    private static final List<Duration> PAUSES = List.of(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10),
            Duration.ofHours(14),
            Duration.ofHours(20));
    /** A pause is longer by up to a tenth, so that what failed together does not come back together. */
    private static final int JITTER_PARTS = 10;

    private BackOff() {}

    /**
     * The pause after so many failures.
     *
     * @return null when the delivery is given up
     */
    static @Nullable Duration after(int failures, RandomGenerator random) {
        if (failures > PAUSES.size()) {
            return null;
        }
        Duration pause = PAUSES.get(failures - 1);
        return pause.plusMillis(random.nextLong(pause.toMillis() / JITTER_PARTS + 1));
    }
}
