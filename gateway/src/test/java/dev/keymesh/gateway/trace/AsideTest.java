package dev.keymesh.gateway.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AsideTest {
    @Test
    void whatComesWhileItIsFullIsTurnedAwayAtOnceAndTheRestIsDoneAtTheEnd() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch slow = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        Aside<Integer> aside = new Aside<>("test", batch -> {
            begun.countDown();
            await(slow);
            done.addAndGet(batch.size());
        });
        assertThat(aside.offer(0)).isTrue();
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        int taken = 1;
        while (aside.offer(taken)) {
            taken++;
        }
        assertThat(taken).isBetween(4_096, 4_097);
        assertThat(aside.depth()).isEqualTo(taken - 1);
        slow.countDown();
        aside.close();
        assertThat(done).hasValue(taken);
    }

    @Test
    void whatFailsOnceIsDoneAgain() throws Exception {
        CountDownLatch twice = new CountDownLatch(2);
        try (Aside<String> aside = new Aside<>("test", (List<String> batch) -> {
            twice.countDown();
            throw new IllegalStateException(batch.toString());
        })) {
            aside.offer("one");
            while (twice.getCount() > 1) {
                Thread.onSpinWait();
            }
            aside.offer("two");
            assertThat(twice.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
