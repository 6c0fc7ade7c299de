package dev.keymesh.gateway.store;

import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;

/** Both databases, real ones: every store test runs on each. */
public final class TestStores {
    private TestStores() {}

    /** A fresh SQLite file and a fresh PostgreSQL database. */
    public static Stream<Database> fresh(Path folder) {
        return Stream.of(
                Database.sqlite(folder.resolve(UUID.randomUUID() + ".db"), Durability.POWER),
                Database.postgresql(TestPostgres.shared().fresh(), Durability.POWER));
    }
}
