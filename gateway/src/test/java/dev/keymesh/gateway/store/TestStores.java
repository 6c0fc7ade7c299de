package dev.keymesh.gateway.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Both databases, real ones: every store test runs on each. */
public final class TestStores implements AutoCloseable {
    private final EmbeddedPostgres postgres;

    public TestStores() {
        try {
            postgres = EmbeddedPostgres.builder().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A fresh SQLite file and a fresh PostgreSQL database. */
    public Stream<Database> fresh(Path folder) {
        String name = "t" + UUID.randomUUID().toString().replace("-", "");
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
        return List.of(
                Database.sqlite(folder.resolve(name + ".db"), Durability.POWER),
                Database.postgresql(postgres.getJdbcUrl("postgres", name), Durability.POWER))
                .stream();
    }

    @Override
    public void close() {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
