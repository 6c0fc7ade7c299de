package dev.keymesh.gateway.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackOffTest {
    @Test
    void pausesGrowFromSecondsToHoursAndEndAfterTheNinthAttempt() {
        List<String> pauses = List.of("PT5S", "PT5M", "PT30M", "PT2H", "PT5H", "PT10H", "PT14H", "PT20H");
        Random random = new Random(1);
        for (int run = 0; run < 200; run++) {
            for (int failures = 1; failures <= pauses.size(); failures++) {
                Duration least = Duration.parse(pauses.get(failures - 1));
                assertThat(Objects.requireNonNull(BackOff.after(failures, random)))
                        .isBetween(least, least.plus(least.dividedBy(10)));
            }
        }
        assertThat(BackOff.after(pauses.size() + 1, random)).isNull();
    }

    @Test
    void whatFailedTogetherDoesNotComeBackTogether() {
        Random random = new Random(1);
        assertThat(BackOff.after(2, random)).isNotEqualTo(BackOff.after(2, random));
    }
}
