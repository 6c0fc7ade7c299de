package dev.keymesh.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class ClockTest {
    @Test
    void howFarTheMachineIsAheadOfTheDatabaseIsMeasured() {
        Clock clock = new Clock();
        for (int behind : new int[] {0, 60, -3_600}) {
            long now = System.nanoTime();
            clock.measured(
                    ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now().minusSeconds(behind)), now, now);
            assertThat(clock.machineAheadSeconds()).isCloseTo(behind, within(1.0));
        }
    }
}
