package dev.keymesh.gateway.page;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Instants as pages write them: in UTC, which all budgets and days are in. */
final class Times {
    private static final DateTimeFormatter MINUTE = in("d MMM uuuu, HH:mm");
    private static final DateTimeFormatter SECOND = in("d MMM uuuu, HH:mm:ss");
    private static final DateTimeFormatter DAY = in("d MMM uuuu");
    private static final DateTimeFormatter HOUR = in("d MMM, HH:mm");

    private Times() {}

    private static DateTimeFormatter in(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    }

    /** To the minute; a dash where there is none. */
    static String minute(@Nullable Instant at) {
        return at == null ? "–" : MINUTE.format(at);
    }

    static String second(Instant at) {
        return SECOND.format(at);
    }

    static String day(Instant at) {
        return DAY.format(at);
    }

    static String hour(Instant at) {
        return HOUR.format(at);
    }
}
