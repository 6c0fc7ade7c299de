package dev.keymesh.gateway.store;

import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;

/** Both databases, real ones: every store test runs on each. */
public final class TestStores implements AutoCloseable {
    private final TestPostgres postgres = new TestPostgres();

    /** A fresh SQLite file and a fresh PostgreSQL database. */
    public Stream<Database> fresh(Path folder) {
        return Stream.of(
                Database.sqlite(folder.resolve(UUID.randomUUID() + ".db"), Durability.POWER),
                Database.postgresql(postgres.fresh(), Durability.POWER));
    }

    @Override
    public void close() {
        postgres.close();
    }
}
