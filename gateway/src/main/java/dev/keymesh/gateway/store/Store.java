package dev.keymesh.gateway.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.keymesh.gateway.metric.Metric;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database of an installation: readers, and one door for writing. */
public final class Store implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final long WRITE_TIMEOUT_SECONDS = 10;
    private static final int LONG_LOG_PAGES = 4_000;
    private static final int LONGEST_STALL_MILLIS = 50;
    private static final double NANOS_A_SECOND = 1e9;

    private final Database database;
    private final InstantSource clock;
    private final Lock memory = new ReentrantLock();
    private final HikariDataSource readers;
    private final Jdbi jdbi;
    private final Writer writer;
    private final @Nullable ScheduledExecutorService checkpoints;
    /** The last event before anything was read into memory. */
    private final long firstSeq;

    private volatile @Nullable Feed feed;

    private Store(Database database, InstantSource clock) {
        this.database = database;
        HikariConfig config = new HikariConfig();
        config.setDataSource(new ReaderSource(database));
        config.setMaximumPoolSize(4);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(2_000);
        config.setPoolName("keymesh-readers");
        readers = new HikariDataSource(config);
        jdbi = Jdbi.create(readers);
        writer = new Writer(database, memory);
        checkpoints = database.checkpointsApart() ? checkpointing(database) : null;
        this.clock = database.shared() ? measured() : clock;
        firstSeq = database.shared() ? lastSeq() : 0;
    }

    /** Opens and migrates; fails with the reason when the database is newer, corrupt or out of reach. */
    public static Store open(Database database, InstantSource clock) {
        Migrations.run(database);
        Store store = new Store(database, clock);
        store.writer.start();
        return store;
    }

    /** Whether other processes write to the same database. */
    public boolean shared() {
        return database.shared();
    }

    /** The time that rows are written with: the database's own where several nodes share it. */
    public InstantSource clock() {
        return clock;
    }

    /**
     * Follows what other nodes do, from the moment at which the store was opened on; nothing where there are none.
     *
     * @param apply reads anew what an event of another node names; it may not wait for a write
     */
    public void follow(Consumer<Event> apply) {
        if (clock instanceof Clock followed) {
            Feed started = new Feed(database, readers, memory, followed, firstSeq, apply);
            feed = started;
            started.start();
        }
    }

    /** Whether what is in memory is at most 3 s behind what other nodes did: otherwise nothing may be served from it. */
    public boolean fresh() {
        Feed followed = feed;
        return followed == null || followed.fresh();
    }

    /**
     * Looks for what other nodes have done: what they had answered before this was called is known here when it returns. Waits
     * for the database, up to some seconds.
     *
     * @throws StoreException when it could not be looked, so nothing may be said from memory
     */
    public void catchUp() {
        Feed followed = feed;
        if (followed == null) {
            return;
        }
        try {
            if (followed.fresh() && followed.catchUp()) {
                return;
            }
        } catch (SQLException e) {
            throw new StoreException("What the other nodes have changed could not be read.", e);
        }
        throw new StoreException("This node does not know what the other nodes have changed.");
    }

    /** Runs on the caller's thread, which must not be one of the model path's. */
    public <T extends @Nullable Object> T read(Function<Handle, T> work) {
        try {
            return jdbi.withHandle(work::apply);
        } catch (JdbiException e) {
            throw Outage.translated(e);
        }
    }

    /**
     * The one door for administrative writes: the change and its event are one transaction, and what it changes in memory
     * is changed when this returns.
     *
     * @throws StoreException when the database does not take it
     */
    public <T extends @Nullable Object> T write(Actor actor, Act act, Function<Tx, T> work) {
        return write(actor, List.of(act), work);
    }

    /** Several acts that happen together or not at all. */
    public <T extends @Nullable Object> T write(Actor actor, List<Act> acts, Function<Tx, T> work) {
        return await(new Change<T>(tx -> {
            serialize(tx.handle().getConnection());
            T result = work.apply(tx);
            List<String> events = EventRow.append(tx.handle(), actor, acts, clock.instant());
            tx.afterCommit(() -> events.forEach(this::own));
            return result;
        }));
    }

    private void serialize(Connection connection) {
        try {
            database.serialize(connection);
        } catch (SQLException e) {
            throw new StoreException("Another node is in the middle of a write.", e);
        }
    }

    private void own(String event) {
        Feed followed = feed;
        if (followed != null) {
            followed.own(event);
        }
    }

    /** A write that is no act of anybody: counters, start-up. */
    public <T extends @Nullable Object> T maintain(Function<Tx, T> work) {
        return await(new Change<>(work));
    }

    /** Waits until everything that was queued before is durable, so that a read sees it. */
    public void barrier() {
        maintain(tx -> true);
    }

    /** Hands a command to the next batch; the ledger answers it. */
    public void submit(Command command) {
        writer.add(command);
    }

    public void join(Batched ledger) {
        writer.join(ledger);
    }

    /** Does upkeep unless another node is at it; whether it was done. */
    public boolean alone(Runnable upkeep) {
        return read(h -> {
            if (!h.createQuery(database.lockOfUpkeep()).mapTo(Boolean.class).one()) {
                return false;
            }
            try {
                upkeep.run();
            } finally {
                h.createQuery(database.unlockOfUpkeep()).mapTo(Boolean.class).one();
            }
            return true;
        });
    }

    /** Whether a write is taken and durable now; waits for it. */
    public boolean takesWrites() {
        try {
            barrier();
            return true;
        } catch (StoreException e) {
            return false;
        }
    }

    /** What is measured of the ledger's batches, and of what other nodes do. */
    public List<Metric> metrics() {
        List<Metric> metrics = new ArrayList<>(writer.commits().metrics());
        metrics.add(Metric.gauge(
                "keymesh_feed_age_seconds",
                "How long ago the other nodes' changes were looked for; from 3 s on all calls are refused. 0 on SQLite.",
                () -> {
                    Feed followed = feed;
                    return followed == null ? 0 : followed.ageNanos() / NANOS_A_SECOND;
                }));
        metrics.add(Metric.gauge(
                "keymesh_clock_ahead_of_database_seconds",
                "How far this machine's clock is ahead of the database's, by which windows go. 0 on SQLite.",
                () -> clock instanceof Clock followed ? followed.machineAheadSeconds() : 0));
        return metrics;
    }

    /** Commands that wait for a batch. */
    public int queued() {
        return writer.depth();
    }

    private <T extends @Nullable Object> T await(Change<T> change) {
        writer.add(change);
        try {
            return change.done().get(WRITE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof JdbiException cause) {
                throw Outage.translated(cause);
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new StoreException("The write failed.", e);
        } catch (TimeoutException e) {
            throw new StoreException("The database did not answer within " + WRITE_TIMEOUT_SECONDS + " s.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Keymesh is stopping.", e);
        }
    }

    private Clock measured() {
        Clock measured = new Clock();
        read(handle -> {
            long asked = System.nanoTime();
            long micros = handle.createQuery("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
                    .mapTo(Long.class)
                    .one();
            measured.measured(micros, asked, System.nanoTime());
            return true;
        });
        return measured;
    }

    private long lastSeq() {
        return read(handle -> handle.createQuery("SELECT COALESCE(MAX(seq), 0) FROM event")
                .mapTo(Long.class)
                .one());
    }

    private static ScheduledExecutorService checkpointing(Database database) {
        var executor = Executors.newSingleThreadScheduledExecutor(
                task -> Thread.ofPlatform().daemon().name("keymesh-checkpoint").unstarted(task));
        var _ = executor.scheduleWithFixedDelay(() -> checkpoint(database), 1, 1, TimeUnit.SECONDS);
        return executor;
    }

    /**
     * Copies the log into the database beside the writer; when the log is long, holds the writer for the few frames that
     * came meanwhile, so that it starts again from the beginning of the log and the file stops growing.
     */
    private static void checkpoint(Database database) {
        try (var connection = database.writer();
                var statement = connection.createStatement()) {
            boolean isLong;
            try (var row = statement.executeQuery("PRAGMA wal_checkpoint(PASSIVE)")) {
                isLong = row.next() && row.getInt(2) > LONG_LOG_PAGES;
            }
            if (isLong) {
                // It holds the writer while it waits for readers: a long one, such as a backup, must not stall calls.
                statement.execute("PRAGMA busy_timeout=" + LONGEST_STALL_MILLIS);
                statement.execute("PRAGMA wal_checkpoint(RESTART)");
            }
        } catch (SQLException e) {
            LOG.warn("A checkpoint failed and will be tried again: {}", e.toString());
        }
    }

    @Override
    public void close() {
        Feed followed = feed;
        if (followed != null) {
            followed.close();
        }
        try {
            writer.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (checkpoints != null) {
            checkpoints.shutdownNow();
        }
        readers.close();
    }
}
