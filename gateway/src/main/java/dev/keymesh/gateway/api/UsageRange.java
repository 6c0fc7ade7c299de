package dev.keymesh.gateway.api;

import dev.keymesh.gateway.ledger.Period;
import dev.keymesh.gateway.store.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The time that a question about usage is about, and where its answer is: closed days that lie in it whole are read from
 * their roll-up, all else from the calls. A bound at midnight UTC cuts between the ledger's days, another one cuts its day
 * by when calls started.
 */
final class UsageRange {
    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
    /** An id is made when a call comes, its day when it is held: after it read its body. */
    private static final Duration SLACK = Duration.ofDays(1);

    /** What of a table belongs to the range; the table's alias is {@code c}. */
    static final String ROLLED = """
            c.day >= :firstClosed AND c.day <= :lastClosed""";

    static final String CALLS = """
            c.id >= :floor AND c.id < :ceiling AND c.provider IS NOT NULL AND c.day >= :firstDay AND c.day <= :lastDay
            AND ((c.day >= :wholeFrom AND c.day <= :wholeTo AND c.day > :rolled)
              OR ((c.day < :wholeFrom OR c.day > :wholeTo)
                AND (c.day > :firstDay OR c.started_at >= :start) AND (c.day < :lastDay OR c.started_at < :end)))""";

    private final long start;
    private final long end;
    private final int firstDay;
    private final int lastDay;
    private final int wholeFrom;
    private final int wholeTo;

    /**
     * Between two instants.
     *
     * @param end null is open
     * @param byHour the hours of a day are asked for, which its roll-up does not know
     */
    UsageRange(Instant start, @Nullable Instant end, boolean byHour) {
        this.start = start.toEpochMilli();
        this.end = end == null ? Long.MAX_VALUE : end.toEpochMilli();
        firstDay = Period.day(start);
        lastDay = end == null ? Integer.MAX_VALUE : Period.day(end.minusMillis(1));
        boolean cutAtStart = Math.floorMod(this.start, DAY_MILLIS) != 0;
        boolean cutAtEnd = end != null && Math.floorMod(this.end, DAY_MILLIS) != 0;
        wholeFrom = byHour ? Integer.MAX_VALUE : cutAtStart ? firstDay + 1 : firstDay;
        wholeTo = byHour ? Integer.MIN_VALUE : cutAtEnd ? lastDay - 1 : lastDay;
    }

    /** The first day that is asked for by other than its roll-up, of days through {@code rolled}. */
    private int firstRead(int rolled) {
        boolean cutAtStart = wholeFrom > firstDay;
        boolean cutAtEnd = wholeTo < lastDay;
        int open = Math.max(firstDay, rolled + 1);
        return cutAtStart ? firstDay : cutAtEnd ? Math.min(lastDay, open) : open;
    }

    /** Whether the calls that the answer needs may be deleted: those of days through {@code pruned} may be. */
    boolean isGone(int pruned) {
        return firstRead(Integer.MAX_VALUE - 1) <= pruned;
    }

    /** Whether a day of the range is read from its roll-up, of days through {@code rolled}. */
    boolean readsDays(int rolled) {
        return wholeFrom <= Math.min(wholeTo, rolled);
    }

    /** What {@link #ROLLED} is bound to. */
    Map<String, Object> ofDays(int rolled) {
        return Map.of("firstClosed", wholeFrom, "lastClosed", Math.min(wholeTo, rolled));
    }

    /** Whether any call belongs to the answer that is not of days through {@code rolled} and in their roll-up. */
    boolean readsCalls(int rolled) {
        return firstRead(rolled) <= lastDay;
    }

    /** What the id of no such call sorts before. */
    String floor(int rolled) {
        Instant first = Instant.ofEpochMilli(Math.max(0, firstRead(rolled) * DAY_MILLIS));
        return Ids.floor("req", first.isBefore(Instant.EPOCH.plus(SLACK)) ? Instant.EPOCH : first.minus(SLACK));
    }

    /** What {@link #CALLS} is bound to, with the ids between which they are read: {@code floor} and {@code ceiling}. */
    Map<String, Object> ofCalls(int rolled) {
        return Map.of(
                "start",
                start,
                "end",
                end,
                "firstDay",
                firstDay,
                "lastDay",
                lastDay,
                "wholeFrom",
                wholeFrom,
                "wholeTo",
                wholeTo,
                "rolled",
                rolled);
    }
}
