package dev.keymesh.gateway.http;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.io.ManagedSelector;

/** Whether the threads that carry all connections still go round: each is given something to do, and does it. */
final class Pulse {
    private static final long PATIENCE_SECONDS = 2;

    private final List<Supplier<Collection<ManagedSelector>>> sides;

    /** Of the server's side and the client's. */
    Pulse(List<Supplier<Collection<ManagedSelector>>> sides) {
        this.sides = List.copyOf(sides);
    }

    /** Waits for it. */
    boolean isThere() {
        List<ManagedSelector> all = new ArrayList<>();
        sides.forEach(side -> all.addAll(side.get()));
        CountDownLatch turns = new CountDownLatch(all.size());
        all.forEach(selector -> selector.submit(_ -> turns.countDown()));
        try {
            return turns.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
