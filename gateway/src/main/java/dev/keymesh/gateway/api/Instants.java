package dev.keymesh.gateway.api;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Instants that callers write: RFC 3339, of the years 0 to 9999, which every database and client can keep. */
final class Instants {
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

    private Instants() {}

    /** Whether it is beyond the year 9999. */
    static boolean isFar(Instant instant) {
        return !instant.isBefore(END);
    }

    /** The instant, or null where it is none. */
    static @Nullable Instant read(String text) {
        try {
            Instant instant = Instant.parse(text);
            return instant.isBefore(FIRST) || !instant.isBefore(END) ? null : instant;
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
