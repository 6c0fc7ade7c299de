package dev.keymesh.gateway.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A real PostgreSQL with as many databases as are asked for, and everything that happens to one. Who does nothing to it but
 * use databases of its own takes the one that is shared: a start takes seconds.
 */
public final class TestPostgres implements AutoCloseable {
    private final Path data;
    private EmbeddedPostgres postgres;

    /** The one that all classes of this JVM share, from the first one's use to the JVM's end. */
    public static TestPostgres shared() {
        return Shared.POSTGRES;
    }

    private static final class Shared {
        private static final TestPostgres POSTGRES = new TestPostgres();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(POSTGRES::close));
        }
    }

    public TestPostgres() {
        try {
            data = Files.createTempDirectory("keymesh-postgres");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        postgres = start(0);
    }

    private EmbeddedPostgres start(int port) {
        try {
            return EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setPort(port)
                    .setRegisterShutdownHook(false)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The URL of an empty database. */
    public String fresh() {
        String name = "t" + UUID.randomUUID().toString().replace("-", "");
        execute("CREATE DATABASE " + name);
        return postgres.getJdbcUrl("postgres", name);
    }

    public int port() {
        return postgres.getPort();
    }

    /** Ends every connection that is open. */
    public void disconnectAll() {
        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                + " AND backend_type = 'client backend'");
    }

    /** Stops all its processes where they are, as a machine that hangs does: connections stay, nothing is answered. */
    public void hang() {
        signal("STOP");
    }

    /** Lets them go on. */
    public void goOn() {
        signal("CONT");
    }

    /** Stops it: every connection ends, and no new one is taken. */
    public void stop() {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it again where it was. */
    public void startAgain() {
        postgres = start(postgres.getPort());
    }

    private void execute(String sql) {
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void signal(String signal) {
        ProcessHandle server = ProcessHandle.of(postmaster()).orElseThrow();
        List<String> pids = Stream.concat(Stream.of(server), server.descendants())
                .map(process -> String.valueOf(process.pid()))
                .toList();
        try {
            new ProcessBuilder(Stream.concat(Stream.of("kill", "-" + signal), pids.stream())
                            .toList())
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long postmaster() {
        try {
            return Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid"))
                    .getFirst()
                    .strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
        try (var files = Files.walk(data)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                var _ = file.toFile().delete();
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
