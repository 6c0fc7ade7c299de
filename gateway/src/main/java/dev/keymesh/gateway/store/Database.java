package dev.keymesh.gateway.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;

/** Where the rows are. All that the two databases do differently is here. */
public sealed interface Database {
    /** A connection for reading; it sees what was committed before each statement. */
    Connection reader() throws SQLException;

    /** A connection in a transaction that sees one state and writes nothing, beside whoever owns the database. */
    Connection snapshot() throws SQLException;

    /** The writer's connection; one at a time. */
    Connection writer() throws SQLException;

    /** Whether other processes write to it too. */
    boolean shared();

    /** A connection that is notified of every event that is appended. */
    Connection listener() throws SQLException;

    /**
     * Called first in the transaction of an act. Where the database is shared it lets one act run at a time, so that each
     * sees what the one before it did; and an event gets its place in the log with its commit. The order of locks is
     * this one, then balances, then the event log's.
     */
    void serialize(Connection connection) throws SQLException;

    /**
     * The statement that comes first in each of the writer's transactions. An embedded database's asks for the lock for
     * writing, and waits for it: one that has read before it asks is refused at once while a checkpoint has the lock.
     */
    Optional<String> begin();

    /** May hold a password: for drivers only. */
    String jdbcUrl();

    /** What makes a commit of the writer's connection durable, once that connection has written. */
    Flush flush() throws IOException;

    /** What the migrations spell differently. */
    Map<String, String> placeholders();

    /**
     * Whether checkpoints are made on a thread of their own: inside a commit one costs 7-9 ms at p99.
     */
    boolean checkpointsApart();

    /** Asks for the lock of the one node that does the upkeep; a row that is true when it is taken. */
    String lockOfUpkeep();

    /** Gives it back. */
    String unlockOfUpkeep();

    /** Why it cannot be opened, and what to do, in words. */
    String unusable(SQLException why);

    /** Refuses a database engine that would lose data. */
    void check(Connection connection) throws SQLException;

    static Database sqlite(Path file, Durability durability) {
        return new Sqlite(file, durability);
    }

    /**
     * PostgreSQL over the network.
     *
     * @param url a {@code jdbc:postgresql:} URL with user and password
     */
    static Database postgresql(String url, Durability durability) {
        return new Postgresql(url, durability);
    }

    /** SQLite in WAL: readers apart from the one writer. */
    record Sqlite(Path file, Durability durability) implements Database {
        /** Before this version two connections in WAL mode could lose commits (sqlite.org/wal.html, WAL-reset bug). */
        private static final int[] FLOOR = {3, 51, 3};

        @Override
        public Connection reader() throws SQLException {
            Connection connection = open();
            try (var statement = connection.createStatement()) {
                statement.execute("PRAGMA query_only=ON");
            }
            return connection;
        }

        /** Opened as it is: a copy must not be made one with a log. */
        @Override
        public Connection snapshot() throws SQLException {
            SQLiteConfig config = new SQLiteConfig();
            config.setReadOnly(true);
            config.setBusyTimeout(5_000);
            SQLiteDataSource source = new SQLiteDataSource(config);
            source.setUrl(jdbcUrl());
            Connection connection = source.getConnection();
            connection.setAutoCommit(false);
            return connection;
        }

        @Override
        public Connection writer() throws SQLException {
            Connection connection = open();
            try (var statement = connection.createStatement()) {
                statement.execute("PRAGMA wal_autocheckpoint=0");
            }
            return connection;
        }

        @Override
        public boolean shared() {
            return false;
        }

        @Override
        public Connection listener() throws SQLException {
            throw new SQLException("Nobody else writes to an embedded database.");
        }

        @Override
        public void serialize(Connection connection) {}

        @Override
        public Optional<String> begin() {
            return Optional.of("UPDATE node SET beat_at = beat_at WHERE 1 = 0");
        }

        private Connection open() throws SQLException {
            SQLiteConfig config = new SQLiteConfig();
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
            config.enforceForeignKeys(true);
            config.setBusyTimeout(5_000);
            // Otherwise the driver asks for the last row id after every insert, with a statement that it prepares anew.
            config.setGetGeneratedKeys(false);
            SQLiteDataSource source = new SQLiteDataSource(config);
            source.setUrl(jdbcUrl());
            return source.getConnection();
        }

        @Override
        public String jdbcUrl() {
            return "jdbc:sqlite:" + file;
        }

        @Override
        public Flush flush() throws IOException {
            return durability == Durability.POWER
                    ? Flush.of(file.resolveSibling(file.getFileName() + "-wal"))
                    : Flush.none();
        }

        @Override
        public Map<String, String> placeholders() {
            return Map.of(
                    "identity", "INTEGER PRIMARY KEY AUTOINCREMENT", "clustered", "WITHOUT ROWID", "event_order", "");
        }

        @Override
        public boolean checkpointsApart() {
            return true;
        }

        @Override
        public String unusable(SQLException why) {
            int code = why.getErrorCode() & 0xFF;
            return code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code
                    ? Soundness.damage(file, String.valueOf(why.getMessage()))
                    : "The database cannot be opened: " + why.getMessage();
        }

        /** The owner of the file is alone. */
        @Override
        public String lockOfUpkeep() {
            return "SELECT TRUE";
        }

        @Override
        public String unlockOfUpkeep() {
            return "SELECT TRUE";
        }

        @Override
        public void check(Connection connection) throws SQLException {
            try (var statement = connection.createStatement();
                    var row = statement.executeQuery("SELECT sqlite_version()")) {
                row.next();
                refuseOlder(row.getString(1));
            }
            Soundness.check(file, connection);
        }

        static void refuseOlder(String version) {
            String[] parts = version.split("\\.", -1);
            for (int i = 0; i < FLOOR.length; i++) {
                int part = i < parts.length ? Integer.parseInt(parts[i]) : 0;
                if (part > FLOOR[i]) {
                    return;
                }
                if (part < FLOOR[i]) {
                    throw new StoreException("The SQLite library is " + version
                            + "; before 3.51.3 it can lose commits. Use the library that Keymesh ships.");
                }
            }
        }
    }

    /** PostgreSQL: the same statements over the network. */
    record Postgresql(String url, Durability durability) implements Database {
        private static final int LOCKS = 0x6B6D;

        /**
         * The statement's trigger runs before the sequence is asked, and the lock lasts until the commit: so the sequence's
         * order is the order of commits, and who polls it misses nothing.
         */
        private static final String EVENT_ORDER = """
                CREATE FUNCTION event_order() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  PERFORM pg_advisory_xact_lock(%d, 2);
                  PERFORM pg_notify('keymesh_event', '');
                  RETURN NULL;
                END $$;
                CREATE TRIGGER event_order BEFORE INSERT ON event FOR EACH STATEMENT EXECUTE FUNCTION event_order();
                """.formatted(LOCKS);

        @Override
        public Connection reader() throws SQLException {
            return open(10);
        }

        /** What a node that hangs has locked, the database gives back to the others after 5 s. */
        @Override
        public Connection writer() throws SQLException {
            return set(
                    open(5),
                    "SET synchronous_commit=" + (durability == Durability.POWER ? "on" : "off"),
                    "SET lock_timeout='3s'",
                    "SET idle_in_transaction_session_timeout='5s'");
        }

        @Override
        public boolean shared() {
            return true;
        }

        @Override
        public Connection snapshot() throws SQLException {
            // A check of the whole books may take longer than an answer.
            Connection connection = open(0);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            return connection;
        }

        @Override
        public Connection listener() throws SQLException {
            return set(open(2), "LISTEN keymesh_event");
        }

        @Override
        public void serialize(Connection connection) throws SQLException {
            set(connection, "SELECT pg_advisory_xact_lock(" + LOCKS + ", 1)");
        }

        @Override
        public Optional<String> begin() {
            return Optional.empty();
        }

        private Connection open(int seconds) throws SQLException {
            Properties options = new Properties();
            options.setProperty("connectTimeout", "2");
            options.setProperty("loginTimeout", "2");
            options.setProperty("socketTimeout", String.valueOf(seconds));
            options.setProperty("tcpKeepAlive", "true");
            options.setProperty("ApplicationName", "keymesh");
            return DriverManager.getConnection(url, options);
        }

        private static Connection set(Connection connection, String... statements) throws SQLException {
            try (var statement = connection.createStatement()) {
                for (String one : statements) {
                    statement.execute(one);
                }
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
            return connection;
        }

        @Override
        public String jdbcUrl() {
            return url;
        }

        @Override
        public Flush flush() {
            return Flush.none();
        }

        @Override
        public Map<String, String> placeholders() {
            return Map.of(
                    "identity",
                    "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
                    "clustered",
                    "",
                    "event_order",
                    EVENT_ORDER);
        }

        @Override
        public boolean checkpointsApart() {
            return false;
        }

        @Override
        public String unusable(SQLException why) {
            return "The database cannot be opened: " + why.getMessage();
        }

        @Override
        public String lockOfUpkeep() {
            return "SELECT pg_try_advisory_lock(7263001)";
        }

        @Override
        public String unlockOfUpkeep() {
            return "SELECT pg_advisory_unlock(7263001)";
        }

        @Override
        public void check(Connection connection) {}

        /** The URL holds a password. */
        @Override
        public String toString() {
            return "Postgresql[" + durability + "]";
        }
    }
}
