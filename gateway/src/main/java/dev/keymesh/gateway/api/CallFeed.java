package dev.keymesh.gateway.api;

import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.sdk.wire.RequestRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners of calls as they are written. This node's ledger says which ones it wrote; those of other nodes are looked
 * for every second. It reads nothing while nobody listens, and never waits for a listener.
 */
public final class CallFeed implements AutoCloseable {
    static final int MOST_LISTENERS = 64;
    private static final Logger LOG = LoggerFactory.getLogger(CallFeed.class);
    private static final int MOST_WAITING = 1_000;
    private static final int EACH = 200;
    private static final long LOOK_EVERY_MILLIS = 1_000;

    /** How long a call of another node may take to be told of: ids are ordered by when a call began. */
    private static final Duration LOOK_BACK = Duration.ofSeconds(60);

    /** How far the clocks of nodes may be apart. */
    private static final Duration SKEW = Duration.ofSeconds(1);

    private final Store store;
    private final InstantSource clock;
    private final BlockingQueue<String> written = new ArrayBlockingQueue<>(MOST_WAITING);
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    /** The ids that were told of within the time that is looked back on. */
    private Set<String> told = new HashSet<>();

    private long lookedAt = System.nanoTime();
    /** When the first of those who listen began to: what ended earlier is no news. */
    private volatile Instant since = Instant.MIN;

    private volatile boolean open = true;

    public CallFeed(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
        thread = Thread.ofVirtual().name("keymesh-call-feed").start(this::run);
    }

    /** Notes a call that this node is about to write; what nobody could read any more is left out. */
    public void wrote(String id) {
        if (!listeners.isEmpty()) {
            var _ = written.offer(id);
        }
    }

    /** Somebody who is told of calls from now on; null where there are {@link #MOST_LISTENERS} already. */
    synchronized @Nullable Listener listen(String space) {
        if (!open || listeners.size() >= MOST_LISTENERS) {
            return null;
        }
        if (listeners.isEmpty()) {
            written.clear();
            since = clock.instant().minus(SKEW);
        }
        Listener listener = new Listener(space);
        listeners.add(listener);
        return listener;
    }

    private void run() {
        while (open) {
            try {
                Set<String> ids = new LinkedHashSet<>();
                String first = written.poll(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    ids.add(first);
                    written.drainTo(ids, EACH);
                }
                tell(ids);
            } catch (InterruptedException e) {
                return;
            } catch (StoreException e) {
                LOG.warn("What calls ended is not told: {}", e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("What calls ended is not told, by a bug.", e);
            }
        }
    }

    private void tell(Set<String> ids) {
        if (listeners.isEmpty()) {
            return;
        }
        List<RequestRecord> calls = new ArrayList<>();
        ids.removeAll(told);
        if (!ids.isEmpty()) {
            store.barrier();
            calls.addAll(RequestRows.of(store, ids));
        }
        if (!store.shared()) {
            told = new HashSet<>(ids);
        } else if (System.nanoTime() - lookedAt >= TimeUnit.MILLISECONDS.toNanos(LOOK_EVERY_MILLIS)) {
            lookedAt = System.nanoTime();
            calls.addAll(ofOthers(ids));
        } else {
            told.addAll(ids);
        }
        calls.forEach(call -> listeners.forEach(listener -> listener.offer(call)));
    }

    private List<RequestRecord> ofOthers(Set<String> ids) {
        List<RequestRecord> recent =
                RequestRows.since(store, Ids.floor("req", clock.instant().minus(LOOK_BACK)), 2 * MOST_WAITING);
        Set<String> before = told;
        told = new HashSet<>(ids);
        recent.forEach(call -> told.add(call.id()));
        return recent.stream()
                .filter(call -> !before.contains(call.id()) && !ids.contains(call.id()))
                .filter(call -> !call.startedAt().plusMillis(call.durationMs()).isBefore(since))
                .toList();
    }

    @Override
    public void close() {
        open = false;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Who is told; one that does not keep up is told so, once, and no more. */
    final class Listener implements AutoCloseable {
        private static final int MOST_UNREAD = 256;

        private final BlockingQueue<RequestRecord> unread = new ArrayBlockingQueue<>(MOST_UNREAD);
        private final String space;
        private volatile boolean dropped;

        private Listener(String space) {
            this.space = space;
        }

        private void offer(RequestRecord call) {
            if ((space.isEmpty() || space.equals(call.space())) && !unread.offer(call)) {
                dropped = true;
                close();
            }
        }

        boolean dropped() {
            return dropped;
        }

        boolean ended() {
            return !open;
        }

        /** The next call; null where none came in time. */
        @Nullable
        RequestRecord next(Duration time) {
            try {
                return unread.poll(time.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }

        @Override
        public void close() {
            listeners.remove(this);
        }
    }
}
