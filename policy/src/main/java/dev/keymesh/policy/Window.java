package dev.keymesh.policy;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * When a key may be used: on these days, from one time of day to another.
 *
 * @param days {@code mon} to {@code sun}
 * @param from first minute, {@code HH:MM}
 * @param to the minute after the last; {@code 24:00} ends the day; before {@code from} it is on the next day
 * @param timezone of the tz database, such as {@code Europe/Berlin}
 */
public record Window(List<String> days, String from, String to, String timezone) {
    private static final int DAY = 24 * 60;
    private static final int WEEK = 7 * DAY;
    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    public Window {
        days = List.copyOf(days);
        for (String day : days) {
            if (!DAYS.contains(day)) {
                throw new IllegalArgumentException("windows.days must be of mon, tue, wed, thu, fri, sat, sun");
            }
        }
        minute(from);
        minute(to);
        try {
            ZoneId.of(timezone);
        } catch (java.time.DateTimeException e) {
            throw new IllegalArgumentException("windows.timezone must be a name like UTC or Europe/Berlin");
        }
    }

    boolean open(ZonedDateTime utc) {
        ZonedDateTime local = utc.withZoneSameInstant(ZoneId.of(timezone));
        int minute = local.getHour() * 60 + local.getMinute();
        int start = minute(from);
        int end = minute(to);
        boolean today = days.contains(name(local.getDayOfWeek()));
        if (start < end) {
            return today && minute >= start && minute < end;
        }
        boolean yesterday = days.contains(name(local.getDayOfWeek().minus(1)));
        return (today && minute >= start) || (yesterday && minute < end);
    }

    /**
     * Whether others are open whenever this one is, as far as those of the same time zone show it, or one that is always
     * open.
     */
    boolean within(List<Window> others) {
        BitSet left = minutes();
        for (Window other : others) {
            BitSet open = other.minutes();
            if (open.cardinality() == WEEK || other.zone().equals(zone())) {
                left.andNot(open);
            }
        }
        return left.isEmpty();
    }

    /** The minutes of a week, by the clock of the window's time zone. */
    private BitSet minutes() {
        BitSet open = new BitSet(WEEK);
        int start = minute(from);
        int end = minute(to);
        for (String day : days) {
            int midnight = DAYS.indexOf(day) * DAY;
            if (start < end) {
                open.set(midnight + start, midnight + end);
            } else {
                open.set(midnight + start, midnight + DAY);
                int next = (midnight + DAY) % WEEK;
                open.set(next, next + end);
            }
        }
        return open;
    }

    private ZoneId zone() {
        return ZoneId.of(timezone).normalized();
    }

    private static String name(DayOfWeek day) {
        return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
    }

    private static int minute(String time) {
        if (time.equals("24:00")) {
            return DAY;
        }
        if (!time.matches("\\d\\d:\\d\\d")) {
            throw new IllegalArgumentException("windows.from and windows.to must be HH:MM, such as 08:00");
        }
        try {
            LocalTime local = LocalTime.parse(time);
            return local.getHour() * 60 + local.getMinute();
        } catch (java.time.DateTimeException e) {
            throw new IllegalArgumentException("windows.from and windows.to must be HH:MM, such as 08:00");
        }
    }
}
