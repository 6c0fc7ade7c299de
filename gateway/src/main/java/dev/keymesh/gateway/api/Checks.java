package dev.keymesh.gateway.api;

import dev.keymesh.gateway.ledger.Period;
import dev.keymesh.gateway.price.Usd;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks of values that several resources take. */
final class Checks {
    private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final int TITLE = 200;

    private Checks() {}

    static String slug(@Nullable String value, String pointer) {
        if (value == null || !SLUG.matcher(value).matches()) {
            throw Rejection.invalid(
                    pointer, "invalid_slug", "must be 1 to 63 characters of a-z, 0-9 and -, not starting with -", null);
        }
        return value;
    }

    static String title(@Nullable String value, String pointer) {
        if (value == null || value.isBlank() || value.length() > TITLE) {
            throw Rejection.invalid(pointer, "invalid_title", "must be 1 to " + TITLE + " characters", null);
        }
        return value;
    }

    /** Nano-dollars of a decimal string. */
    static long usd(@Nullable String value, String pointer) {
        if (value == null) {
            throw Rejection.invalid(pointer, "missing", "is missing", null);
        }
        try {
            return Usd.parse(value);
        } catch (IllegalArgumentException e) {
            throw Rejection.invalid(pointer, "invalid_amount", String.valueOf(e.getMessage()), null);
        }
    }

    /** A length of time as ISO 8601 writes days, hours, minutes and seconds. */
    static Duration duration(String value, String pointer, Duration shortest, Duration longest) {
        try {
            Duration period = Duration.parse(value);
            if (period.compareTo(shortest) >= 0 && period.compareTo(longest) <= 0) {
                return period;
            }
        } catch (DateTimeParseException | ArithmeticException e) {
            // as one that is too short
        }
        throw Rejection.invalid(
                pointer,
                "invalid_duration",
                "must be a length of time from " + shortest + " to P" + longest.toDays() + "D, such as P90D or PT72H",
                null);
    }

    static void currency(@Nullable String value, String pointer) {
        if (value != null && !value.equals("USD")) {
            throw Rejection.invalid(pointer, "invalid_currency", "must be USD", null);
        }
    }

    static Period period(@Nullable String value, String pointer) {
        return Period.of(value == null ? "" : value)
                .orElseThrow(() ->
                        Rejection.invalid(pointer, "invalid_period", "must be total, daily, weekly or monthly", null));
    }
}
