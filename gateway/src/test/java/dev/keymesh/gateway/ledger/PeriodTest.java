package dev.keymesh.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import org.junit.jupiter.api.Test;

class PeriodTest {
    @Test
    void windowsBeginOnMondaysAndOnTheFirstAndEndWhereTheNextBegin() {
        for (int day = -1_000; day < 60_000; day++) {
            LocalDate date = LocalDate.ofEpochDay(day);
            LocalDate monday = date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            assertThat(Period.WEEKLY.firstDay(day)).isEqualTo((int) monday.toEpochDay());
            assertThat(Period.MONTHLY.firstDay(day))
                    .isEqualTo((int) date.withDayOfMonth(1).toEpochDay());
            for (Period period : new Period[] {Period.DAILY, Period.WEEKLY, Period.MONTHLY}) {
                var end = java.util.Objects.requireNonNull(period.resetsAt(day));
                int next = (int) end.atZone(ZoneOffset.UTC).toLocalDate().toEpochDay();
                assertThat(period.firstDay(next)).isEqualTo(next);
                assertThat(period.firstDay(next - 1)).isEqualTo(period.firstDay(day));
            }
        }
        assertThat(Period.TOTAL.resetsAt(0)).isNull();
    }
}
