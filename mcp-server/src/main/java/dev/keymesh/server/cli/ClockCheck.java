package dev.keymesh.server.cli;

import dev.keymesh.sdk.WireResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether two clocks say the same: a time that a gateway's answer carries, or what the gateway measured of its database. */
final class ClockCheck {
    /** Less is within what an answer takes and what its whole seconds hide. */
    private static final Duration MOST = Duration.ofSeconds(5);

    private static final String BY_NTP = "Let both keep time by NTP: see timedatectl.";
    private static final String OF_THE_DATABASE = "keymesh_clock_ahead_of_database_seconds ";

    private ClockCheck() {}

    /**
     * The gateway's clock beside this machine's; nothing where its answer carries no time, as behind some proxies.
     *
     * @param asked this machine's time before the answer, and
     * @param answered after it
     */
    static Optional<Finding> ofServer(WireResponse answer, Instant asked, Instant answered) {
        Instant said = time(answer.header("date"));
        if (said == null) {
            return Optional.empty();
        }
        Duration early = Duration.between(said, asked).minusSeconds(1);
        Duration late = Duration.between(answered, said);
        if (early.compareTo(MOST) > 0) {
            return Optional.of(wrong(early, "behind"));
        }
        return Optional.of(
                late.compareTo(MOST) > 0
                        ? wrong(late, "ahead of")
                        : Finding.ok("The gateway's clock and this machine's agree."));
    }

    private static Finding wrong(Duration by, String how) {
        return Finding.wrong(
                "The gateway's clock is " + words(by) + " " + how
                        + " this machine's: keys expire and windows of budgets"
                        + " begin by the gateway's, or by its database's where several nodes share one.",
                BY_NTP);
    }

    /** A node's clock beside its database's, of the text that its metrics are; nothing where there is no such line. */
    static Optional<Finding> ofDatabase(String metrics) {
        return metrics.lines()
                .filter(line -> line.startsWith(OF_THE_DATABASE))
                .findFirst()
                .map(line -> Double.parseDouble(
                        line.substring(OF_THE_DATABASE.length()).strip()))
                .flatMap(ClockCheck::ofDatabase);
    }

    private static Optional<Finding> ofDatabase(double seconds) {
        Duration by = Duration.ofMillis(Math.round(Math.abs(seconds) * 1_000));
        if (by.compareTo(MOST) <= 0) {
            return Optional.empty();
        }
        return Optional.of(Finding.wrong(
                "The gateway's clock is " + words(by) + (seconds > 0 ? " ahead of" : " behind")
                        + " its database's: budgets go" + " by the database's, the order of lists by the gateway's.",
                BY_NTP));
    }

    private static @Nullable Instant time(@Nullable String date) {
        try {
            return date == null ? null : Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** As two units at most, such as {@code 2 h 5 min}. */
    private static String words(Duration by) {
        long days = by.toDays();
        if (days > 0) {
            return days + " d " + by.toHoursPart() + " h";
        }
        long hours = by.toHours();
        if (hours > 0) {
            return hours + " h " + by.toMinutesPart() + " min";
        }
        return by.toMinutes() > 0 ? by.toMinutes() + " min " + by.toSecondsPart() + " s" : by.toSeconds() + " s";
    }
}
