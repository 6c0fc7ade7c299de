package dev.keymesh.policy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Evaluates on the calling thread's own VM, which is stopped by an interrupt when it takes too long. */
final class Evaluator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Evaluator.class);
    private static final int DECISION = 0;
    /** When an evaluation is looked at; from then on it has as much of its thread's CPU time, for a busy machine is no
     * runaway policy. */
    private static final long TIMEOUT_MILLIS = 50;
    /** Of the wall clock; the first evaluations of a VM load classes and run interpreted. */
    private static final long MOST_MILLIS = 2_000;

    private static final int COLD = 2_000;

    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("keymesh-policy-watchdog").unstarted(task));
    private final ThreadLocal<Slot> slots = ThreadLocal.withInitial(Slot::new);

    Decision decide(byte[] input, String policyRevision, String chainRevision) {
        Slot slot = slots.get();
        Alarm alarm = new Alarm(slot.evaluations++ < COLD);
        try {
            Vm vm = slot.vm;
            if (vm == null) {
                vm = new Vm();
                slot.vm = vm;
            }
            return Wire.decision(vm.evaluate(DECISION, input), policyRevision, chainRevision);
        } catch (IOException | RuntimeException e) {
            slot.vm = null;
            boolean late = Thread.interrupted();
            LOG.warn("A policy evaluation ended with {} and is a denial.", late ? "a time-out" : e.toString());
            return Decision.failed(late ? "policy.timeout" : "policy.error", policyRevision, chainRevision);
        } finally {
            alarm.end();
            Thread.interrupted();
        }
    }

    @Override
    public void close() {
        watchdog.shutdownNow();
    }

    /** Interrupts an evaluation that has used up its time. */
    private final class Alarm implements Runnable {
        private final Thread thread = Thread.currentThread();
        private final boolean cold;
        private final long startMillis = System.nanoTime() / 1_000_000;
        private long cpuNanos = -1;
        private boolean over;
        private Future<?> next = watchdog.schedule(this, TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);

        Alarm(boolean cold) {
            this.cold = cold;
        }

        @Override
        public synchronized void run() {
            if (over) {
                return;
            }
            // Asked for here and not before: loading the management classes takes longer than most starts may.
            long cpu = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
            cpuNanos = cpuNanos < 0 ? cpu : cpuNanos;
            long used = (cpu - cpuNanos) / 1_000_000;
            boolean late = System.nanoTime() / 1_000_000 - startMillis >= MOST_MILLIS;
            if (late || (!cold && used >= TIMEOUT_MILLIS)) {
                thread.interrupt();
            } else {
                next = watchdog.schedule(this, TIMEOUT_MILLIS / 5, TimeUnit.MILLISECONDS);
            }
        }

        /** After this no interrupt comes any more. */
        synchronized void end() {
            over = true;
            next.cancel(false);
        }
    }

    private static final class Slot {
        @Nullable
        Vm vm;

        int evaluations;
    }
}
