package dev.keymesh.gateway.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what the other nodes do: the event log in the order of its commits, told by a notification and looked for every
 * second, and when somebody asks. What an event names is read anew, so what is in memory is never older than the last look.
 */
final class Feed implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
    private static final int LOOK_MILLIS = 1_000;
    private static final long AGAIN_MILLIS = 200;
    private static final int PAGE = 1_000;
    private static final long CATCH_UP_SECONDS = 2;
    /** A node that has not looked for so long may serve what was revoked. */
    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Database database;
    private final DataSource readers;
    private final Lock memory;
    private final Clock clock;
    private final Consumer<Event> apply;
    /** One looks at a time. */
    private final ReentrantLock looking = new ReentrantLock();

    private final Set<String> own = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this, "keymesh-feed");
    private volatile boolean closing;
    private volatile @Nullable Connection connection;
    private volatile long lookedAt = System.nanoTime();
    private long seq;

    /**
     * What it follows; {@link #start} begins.
     *
     * @param readers used by those who ask for a look
     * @param memory held while what an event names is read and put into memory, so that no change of this node comes
     *     between the two
     * @param from the last event that is in memory already
     */
    Feed(Database database, DataSource readers, Lock memory, Clock clock, long from, Consumer<Event> apply) {
        this.database = database;
        this.readers = readers;
        this.memory = memory;
        this.clock = clock;
        this.apply = apply;
        seq = from;
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /** An event of this node, which is in memory before its write returns; called with the memory held. */
    void own(String id) {
        own.add(id);
    }

    /** Since the last look. */
    long ageNanos() {
        return System.nanoTime() - lookedAt;
    }

    boolean fresh() {
        return ageNanos() < STALE_NANOS;
    }

    /**
     * Looks, unless somebody else's look began since this was called: what other nodes had committed then is in memory when
     * this returns.
     *
     * @return whether it was looked
     */
    boolean catchUp() throws SQLException {
        long asked = System.nanoTime();
        try {
            if (!looking.tryLock(CATCH_UP_SECONDS, TimeUnit.SECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        try {
            if (lookedAt - asked < 0) {
                try (Connection open = readers.getConnection()) {
                    look(open);
                }
            }
            return true;
        } finally {
            looking.unlock();
        }
    }

    @Override
    public void run() {
        boolean told = false;
        while (!closing) {
            try (Connection open = database.listener()) {
                connection = open;
                PGConnection notified = open.unwrap(PGConnection.class);
                while (!closing) {
                    look(open);
                    told = false;
                    notified.getNotifications(LOOK_MILLIS);
                }
            } catch (SQLException | RuntimeException e) {
                if (!closing && !told) {
                    LOG.warn(
                            "The other nodes' changes cannot be followed, so calls are refused soon: {}", e.toString());
                    told = true;
                }
                pause();
            }
        }
    }

    private void look(Connection open) throws SQLException {
        looking.lock();
        try {
            long asked = System.nanoTime();
            List<Event> events;
            do {
                events = next(open);
                events.forEach(this::take);
            } while (events.size() == PAGE);
            lookedAt = asked;
        } finally {
            looking.unlock();
        }
    }

    private List<Event> next(Connection open) throws SQLException {
        long asked = System.nanoTime();
        List<Event> events = new ArrayList<>();
        try (var statement = open.prepareStatement("""
                SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, seq, id, action, target
                FROM (SELECT 1) AS one LEFT JOIN event ON seq > ? ORDER BY seq LIMIT ?""")) {
            statement.setLong(1, seq);
            statement.setInt(2, PAGE);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    clock.measured(rows.getLong(1), asked, System.nanoTime());
                    if (rows.getString(3) != null) {
                        events.add(new Event(rows.getLong(2), rows.getString(3), rows.getString(4), rows.getString(5)));
                    }
                }
            }
        }
        return events;
    }

    private void take(Event event) {
        memory.lock();
        try {
            if (!own.remove(event.id())) {
                apply.accept(event);
            }
            seq = event.seq();
        } finally {
            memory.unlock();
        }
    }

    private void pause() {
        try {
            Thread.sleep(AGAIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing = true;
        }
    }

    @Override
    public void close() {
        closing = true;
        Connection open = connection;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("The feed's connection could not be closed: {}", e.toString());
            }
        }
        thread.interrupt();
    }
}
