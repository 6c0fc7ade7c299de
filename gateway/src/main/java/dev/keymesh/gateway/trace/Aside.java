package dev.keymesh.gateway.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what may take time on a thread of its own, for whoever may not wait: what comes while the queue is full is turned
 * away.
 */
final class Aside<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Aside.class);
    private static final int QUEUED = 4_096;
    private static final int BATCH = 512;
    /** So that what comes together is done together. */
    private static final long GATHER_MILLIS = 200;

    private static final long CLOSE_MILLIS = 2_000;

    private final ArrayBlockingQueue<T> queue = new ArrayBlockingQueue<>(QUEUED);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Consumer<List<T>> work;
    private final Thread thread;

    Aside(String name, Consumer<List<T>> work) {
        this.work = work;
        thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    /** Whether there was room. */
    boolean offer(T one) {
        return queue.offer(one);
    }

    int depth() {
        return queue.size();
    }

    private void run() {
        List<T> batch = new ArrayList<>(BATCH);
        try {
            while (!queue.isEmpty() || closing.getCount() > 0) {
                T first = queue.poll(GATHER_MILLIS, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                if (queue.size() < BATCH) {
                    var _ = closing.await(GATHER_MILLIS, TimeUnit.MILLISECONDS);
                }
                batch.add(first);
                queue.drainTo(batch, BATCH - 1);
                done(batch);
                batch.clear();
            }
        } catch (InterruptedException e) {
            LOG.debug("{} was stopped with {} left to do.", thread.getName(), queue.size());
        }
    }

    private void done(List<T> batch) {
        try {
            work.accept(batch);
        } catch (RuntimeException e) {
            LOG.error("{} failed.", thread.getName(), e);
        }
    }

    /** Does what has queued, for at most 2 s. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
    }
}
