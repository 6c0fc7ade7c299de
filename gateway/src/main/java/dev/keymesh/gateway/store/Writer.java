package dev.keymesh.gateway.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that writes: it takes what has queued, commits it as one transaction, and then answers. */
final class Writer implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int MAX_BATCH = 1_000;
    /**
     * How long a settle that was seen to wait may go on waiting for others to share its commit, and the writer for a hold; a
     * crash meanwhile charges the hold.
     */
    private static final long RIDE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** So many settles share a commit, and the pages that it writes. */
    private static final int RIDERS = 16;

    private final Database database;
    /** Held from a commit until what is in memory has followed it. */
    private final Lock memory;

    private final Commits commits = new Commits();
    private final LinkedBlockingQueue<Command> queue = new LinkedBlockingQueue<>();
    /** What can wait does not wake the writer. */
    private final ConcurrentLinkedQueue<Command> riders = new ConcurrentLinkedQueue<>();
    /** What may join a batch that has begun: where nodes share the database its locks are taken by then. */
    private final Queue<Command> joinable;
    /** Since when a batch went ahead of those that wait; 0 is none did. */
    private long waitingSince;

    private final Thread thread = new Thread(this, "keymesh-writer");
    private volatile @Nullable Batched ledger;
    private volatile boolean closing;
    private @Nullable Handle handle;
    /** Kept with its connection: to parse it anew was a fifth of what a small batch costs. */
    private @Nullable PreparedStatement begin;
    /** Whether no connection could be opened. */
    private boolean away;

    private @Nullable Flush flush;

    Writer(Database database, Lock memory) {
        this.database = database;
        this.memory = memory;
        joinable = database.shared() ? new ArrayDeque<>() : riders;
    }

    void start() {
        thread.start();
    }

    void join(Batched batched) {
        ledger = batched;
    }

    void add(Command command) {
        if (closing) {
            throw new StoreException("Keymesh is stopping.");
        }
        if (command.canWait()) {
            riders.add(command);
        } else {
            queue.add(command);
        }
    }

    Commits commits() {
        return commits;
    }

    int depth() {
        return queue.size();
    }

    /** Commits what has queued, then ends. */
    void close() throws InterruptedException {
        closing = true;
        queue.add(Stop.STOP);
        thread.join();
    }

    @Override
    public void run() {
        List<Command> batch = new ArrayList<>();
        boolean running = true;
        while (running) {
            try {
                fill(batch);
            } catch (InterruptedException e) {
                return;
            }
            running = !batch.remove(Stop.STOP);
            if (!batch.isEmpty()) {
                write(batch);
            }
            batch.clear();
        }
        if (handle != null) {
            handle.close();
        }
        close(flush);
    }

    private static void close(@Nullable Flush flush) {
        if (flush != null) {
            try {
                flush.close();
            } catch (IOException e) {
                LOG.debug("The write-ahead log could not be closed: {}", e.toString());
            }
        }
    }

    /**
     * Riders come first: what they free is there for the holds of the same batch. They are taken last, so that whoever
     * queued a settle and then a read behind the barrier finds the settle in the same batch.
     */
    private void fill(List<Command> batch) throws InterruptedException {
        Batched decides = ledger;
        Command next = decides != null && (decides.expectsRiders() || !riders.isEmpty())
                ? queue.poll(RIDE_NANOS, TimeUnit.NANOSECONDS)
                : queue.take();
        List<Command> queued = new ArrayList<>();
        if (next != null) {
            queued.add(next);
            queue.drainTo(queued, MAX_BATCH);
        }
        if (ridersAreDue(queued)) {
            waitingSince = 0;
            for (Command rider = riders.poll(); rider != null; rider = riders.poll()) {
                batch.add(rider);
            }
        }
        batch.addAll(queued);
    }

    /** Holds need not wait for the rows of calls that have ended; whatever else comes finds them written. */
    private boolean ridersAreDue(List<Command> queued) {
        if (queued.isEmpty() || database.shared() || !queued.stream().allMatch(Command::goesAhead)) {
            return true;
        }
        int waiting = 0;
        for (var rider = riders.iterator(); rider.hasNext() && waiting < RIDERS; waiting++) {
            var _ = rider.next();
        }
        long now = System.nanoTime();
        if (waiting > 0 && waitingSince == 0) {
            waitingSince = now;
        }
        return waiting == RIDERS || (waiting > 0 && now - waitingSince > RIDE_NANOS);
    }

    /**
     * The ledger's commands come first, in a transaction of their own: a change of budgets finds them on the books, and they
     * are not decided on budgets that are not in memory yet. Where other nodes write too, so does each change: each takes
     * its locks in one order then, which a batch of several could not.
     */
    private void write(List<Command> batch) {
        List<Change<?>> changes = new ArrayList<>();
        List<Command> commands = new ArrayList<>(batch.size());
        for (Command command : batch) {
            if (command instanceof Change<?> change) {
                changes.add(change);
            } else {
                commands.add(command);
            }
        }
        away = false;
        write(List.of(), commands);
        if (!database.shared()) {
            write(changes, List.of());
            return;
        }
        for (Change<?> change : changes) {
            if (away) {
                guarded(() -> change.failed(new StoreException("The database cannot be reached.")));
            } else {
                write(List.of(change), List.of());
            }
        }
    }

    /** One transaction and its answers. */
    private void write(List<Change<?>> changes, List<Command> commands) {
        if (changes.isEmpty() && commands.isEmpty()) {
            return;
        }
        Batched decides = ledger;
        long began = System.nanoTime();
        Throwable failure = commit(changes, commands, decides);
        if (!commands.isEmpty()) {
            commits.ended(commands.size(), System.nanoTime() - began, failure == null);
        }
        StoreException why =
                failure == null ? null : new StoreException("The database did not take the write.", failure);
        if (decides != null && !commands.isEmpty()) {
            guarded(why == null ? () -> decides.committed(commands) : () -> decides.failed(commands, why));
        }
        changes.forEach(change -> guarded(why == null ? change::committed : () -> change.failed(why)));
    }

    /** Whatever goes wrong in one batch, the next ones are written. */
    private static void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            LOG.error("What followed a batch of writes failed.", e);
        }
    }

    /**
     * Null when the batch is durable. A failure may leave it written all the same, when the commit went through and its
     * flush or its answer did not: so whatever is tried again must be written once only.
     */
    private @Nullable Throwable commit(List<Change<?>> changes, List<Command> commands, @Nullable Batched decides) {
        boolean committed = false;
        try {
            Handle open = open();
            Connection connection = open.getConnection();
            if (begin != null) {
                begin.execute();
            }
            changes.forEach(change -> change.apply(open));
            if (decides != null && !commands.isEmpty()) {
                decides.apply(connection, new Batch(commands, joinable));
            }
            if (!changes.isEmpty()) {
                memory.lock();
            }
            try {
                connection.commit();
                committed = true;
                flushed().run();
                changes.forEach(change -> guarded(change::remembered));
            } finally {
                if (!changes.isEmpty()) {
                    memory.unlock();
                }
            }
            return null;
        } catch (Throwable e) {
            LOG.error(
                    "A batch of {} writes {}: {}",
                    changes.size() + commands.size(),
                    committed ? "is written, but may not survive a power cut" : "failed and was rolled back",
                    e.toString());
            discard();
            if (committed) {
                changes.forEach(change -> guarded(change::remembered));
            }
            return e;
        }
    }

    private Handle open() throws SQLException {
        if (handle == null) {
            away = true;
            Connection connection = database.writer();
            away = false;
            connection.setAutoCommit(false);
            Optional<String> first = database.begin();
            begin = first.isPresent() ? connection.prepareStatement(first.get()) : null;
            handle = Jdbi.open(connection);
        }
        return handle;
    }

    private Flush flushed() throws IOException {
        Flush open = flush;
        if (open == null) {
            open = database.flush();
            flush = open;
        }
        return open;
    }

    private void discard() {
        if (handle != null) {
            try {
                handle.getConnection().rollback();
                handle.getConnection().close();
            } catch (SQLException e) {
                LOG.debug("The writer's connection could not be closed: {}", e.toString());
            }
            handle = null;
            begin = null;
        }
        close(flush);
        flush = null;
    }

    private enum Stop implements Command {
        STOP;

        @Override
        public boolean canWait() {
            return false;
        }
    }
}
