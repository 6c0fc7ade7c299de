package dev.keymesh.policy;

import java.io.IOException;
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
    private static final long TIMEOUT_MILLIS = 50;
    /** The first evaluations of a VM load classes and run interpreted. */
    private static final long COLD_TIMEOUT_MILLIS = 2_000;

    private static final int COLD = 200;

    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("keymesh-policy-watchdog").unstarted(task));
    private final ThreadLocal<Slot> slots = ThreadLocal.withInitial(Slot::new);

    Decision decide(byte[] input, String policyRevision, String chainRevision) {
        Slot slot = slots.get();
        Thread thread = Thread.currentThread();
        long millis = slot.evaluations++ < COLD ? COLD_TIMEOUT_MILLIS : TIMEOUT_MILLIS;
        Future<?> alarm = watchdog.schedule(thread::interrupt, millis, TimeUnit.MILLISECONDS);
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
            alarm.cancel(false);
            Thread.interrupted();
        }
    }

    @Override
    public void close() {
        watchdog.shutdownNow();
    }

    private static final class Slot {
        @Nullable
        Vm vm;

        int evaluations;
    }
}
