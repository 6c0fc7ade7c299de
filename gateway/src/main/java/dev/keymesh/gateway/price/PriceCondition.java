package dev.keymesh.gateway.price;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When an override applies: all that it names must hold.
 *
 * @param promptTokensAbove the whole input is more than this
 * @param serviceTier the tier that served the call
 * @param fast served at a premium speed
 * @param batch part of a batch
 * @param utc the time at which the call began
 */
public record PriceCondition(
        @Nullable Long promptTokensAbove,
        @Nullable String serviceTier,
        boolean fast,
        boolean batch,
        @Nullable Window utc) {
    /** Around the time at which a call is admitted, when its provider may say that it began. */
    private static final int MINUTES_BEFORE = 1;

    private static final int MINUTES_AFTER = 15;

    /** Whether a condition holds for a call that is not over. */
    enum Outlook {
        NEVER,
        PERHAPS,
        CERTAINLY
    }

    /**
     * A time of the week, UTC; one that ends before it starts ends on the next day.
     *
     * @param days on which it starts
     */
    public record Window(Set<DayOfWeek> days, LocalTime from, LocalTime to) {
        public Window {
            days = Set.copyOf(days);
        }

        boolean contains(Instant at) {
            var utc = at.atOffset(ZoneOffset.UTC);
            LocalTime time = utc.toLocalTime();
            DayOfWeek day = utc.getDayOfWeek();
            if (from.isBefore(to)) {
                return days.contains(day) && !time.isBefore(from) && time.isBefore(to);
            }
            return (days.contains(day) && !time.isBefore(from)) || (days.contains(day.minus(1)) && time.isBefore(to));
        }
    }

    boolean holds(long promptTokens, Circumstances call) {
        return (promptTokensAbove == null || promptTokens > promptTokensAbove)
                && (serviceTier == null || serviceTier.equals(call.serviceTier()))
                && (!fast || call.fast())
                && (!batch || call.batch())
                && (utc == null || utc.contains(call.at()));
    }

    /**
     * Before the call: by the most that it can send and by what it asks for, which it need not get. A batch is bounded when
     * its file is sent, and admitted at another time of the day.
     */
    Outlook outlook(long mostPromptTokens, Circumstances call) {
        if ((promptTokensAbove != null && mostPromptTokens <= promptTokensAbove)
                || (serviceTier != null && !call.mayBeServedAs(serviceTier))
                || (fast && !call.fast())
                || (batch && !call.batch())) {
            return Outlook.NEVER;
        }
        Outlook time = utc == null ? Outlook.CERTAINLY : call.batch() ? Outlook.PERHAPS : outlook(utc, call.at());
        boolean certain = promptTokensAbove == null && serviceTier == null && !fast;
        return time == Outlook.CERTAINLY && !certain ? Outlook.PERHAPS : time;
    }

    private static Outlook outlook(Window window, Instant at) {
        int inside = 0;
        for (int minute = -MINUTES_BEFORE; minute <= MINUTES_AFTER; minute++) {
            inside += window.contains(at.plus(Duration.ofMinutes(minute))) ? 1 : 0;
        }
        return inside == 0
                ? Outlook.NEVER
                : inside == MINUTES_BEFORE + MINUTES_AFTER + 1 ? Outlook.CERTAINLY : Outlook.PERHAPS;
    }
}
