package dev.keymesh.gateway.ledger;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How long a budget lasts; windows are UTC, weeks start on Monday. */
public enum Period {
    TOTAL,
    DAILY,
    WEEKLY,
    MONTHLY;

    /** 1970-01-05. */
    private static final int FIRST_MONDAY = 4;

    /** The wire name: {@code total}, {@code daily}, {@code weekly}, {@code monthly}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Period> of(String wire) {
        for (Period period : values()) {
            if (period.wire().equals(wire)) {
                return Optional.of(period);
            }
        }
        return Optional.empty();
    }

    /** The day, counted from 1970-01-01 UTC, of an instant. */
    public static int day(Instant at) {
        return Math.toIntExact(Math.floorDiv(at.getEpochSecond(), 86_400L));
    }

    /** The first day of the window that a day lies in. */
    public int firstDay(int day) {
        return switch (this) {
            case TOTAL -> Integer.MIN_VALUE;
            case DAILY -> day;
            case WEEKLY -> day - Math.floorMod(day - FIRST_MONDAY, 7);
            case MONTHLY -> day - LocalDate.ofEpochDay(day).getDayOfMonth() + 1;
        };
    }

    /** When the window of a day ends, or null when it never does. */
    public @Nullable Instant resetsAt(int day) {
        LocalDate date = LocalDate.ofEpochDay(day);
        LocalDate next = switch (this) {
            case TOTAL -> null;
            case DAILY -> date.plusDays(1);
            case WEEKLY -> date.with(TemporalAdjusters.next(DayOfWeek.MONDAY));
            case MONTHLY -> date.with(TemporalAdjusters.firstDayOfNextMonth());
        };
        return next == null ? null : next.atStartOfDay().toInstant(ZoneOffset.UTC);
    }
}
