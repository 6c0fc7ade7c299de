package dev.keymesh.gateway.ledger;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long what is written down is kept; null is for ever. What calls of a day came to is kept for ever.
 *
 * @param requests calls with the facts of their decisions; at least {@link #SHORTEST}, since a day is rolled up first
 * @param events the event log, which is the audit
 */
public record Retention(
        @Nullable Duration requests, @Nullable Duration events) {
    public static final Duration SHORTEST = Duration.ofDays(3);
    public static final Retention DEFAULT = new Retention(Duration.ofDays(30), null);

    public Retention {
        refuseShorter(requests);
        refuseShorter(events);
    }

    private static void refuseShorter(@Nullable Duration period) {
        if (period != null && period.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("The shortest retention is " + SHORTEST + ".");
        }
    }
}
