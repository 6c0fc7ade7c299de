package dev.keymesh.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
    private static final Act ACT = new Act("spaces.write", "space:default");

    @TempDir
    private Path folder;

    @Test
    void everyWriteLeavesItsEventInTheSameTransaction() {
        TestStores.fresh(folder).forEach(database -> {
            try (Store store = Store.open(database, InstantSource.system())) {
                store.write(new Actor("management_key", "root"), ACT, tx -> insertSpace(tx, "default"));
                assertThat(events(store)).containsExactly("spaces.write space:default root");
            }
        });
    }

    @Test
    void aWriteThatFailsLeavesNothingAndTheOthersOfItsBatchAlone() throws Exception {
        for (Database database : TestStores.fresh(folder).toList()) {
            try (Store store = Store.open(database, InstantSource.system())) {
                AtomicBoolean applied = new AtomicBoolean();
                List<Thread> others = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    String id = "s" + i;
                    others.add(Thread.ofVirtual()
                            .start(() -> store.write(Actor.SYSTEM, ACT, tx -> insertSpace(tx, id))));
                }
                assertThatThrownBy(() -> store.write(Actor.SYSTEM, ACT, tx -> {
                            insertSpace(tx, "broken");
                            tx.afterCommit(() -> applied.set(true));
                            throw new IllegalArgumentException("no");
                        }))
                        .isInstanceOf(IllegalArgumentException.class);
                for (Thread other : others) {
                    other.join();
                }
                assertThat(applied).isFalse();
                assertThat(events(store)).hasSize(20);
                assertThat(spaces(store)).hasSize(20).doesNotContain("broken");
            }
        }
    }

    @Test
    void whatIsInMemoryIsChangedBeforeTheWriteReturns() {
        TestStores.fresh(folder).forEach(database -> {
            try (Store store = Store.open(database, InstantSource.system())) {
                List<String> memory = new ArrayList<>();
                store.write(Actor.SYSTEM, ACT, tx -> {
                    tx.afterCommit(() -> memory.add("changed"));
                    return insertSpace(tx, "default");
                });
                assertThat(memory).containsExactly("changed");
            }
        });
    }

    @Test
    void aDatabaseOfANewerSchemaIsRefused() {
        TestStores.fresh(folder).forEach(database -> {
            try (Store store = Store.open(database, InstantSource.system())) {
                store.maintain(tx -> tx.handle().execute("""
                        INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum,
                          installed_by, installed_on, execution_time, success)
                        VALUES (99, '99', 'later', 'SQL', 'V99__later.sql', 1, 'x', CURRENT_TIMESTAMP, 1, TRUE)"""));
            }
            assertThatThrownBy(() -> Store.open(database, InstantSource.system()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("99")
                    .hasMessageContaining("newer Keymesh");
        });
    }

    @Test
    void theNewestMigrationIsTheOneThatTheProgramKnows() throws Exception {
        Path migrations = Path.of("src/main/resources/dev/keymesh/gateway/store/migration");
        try (var files = java.nio.file.Files.list(migrations)) {
            int newest = files.map(file -> file.getFileName().toString().replaceAll("V(\\d+)__.*", "$1"))
                    .mapToInt(Integer::parseInt)
                    .max()
                    .orElseThrow();
            assertThat(Migrations.LATEST).isEqualTo(String.valueOf(newest));
        }
    }

    @Test
    void aSqliteLibraryThatLosesCommitsIsRefused() {
        assertThatThrownBy(() -> Database.Sqlite.refuseOlder("3.51.2")).hasMessageContaining("3.51.3");
        assertThatThrownBy(() -> Database.Sqlite.refuseOlder("3.46.0")).hasMessageContaining("3.46.0");
        Database.Sqlite.refuseOlder("3.51.3");
        Database.Sqlite.refuseOlder("3.54.1");
        Database.Sqlite.refuseOlder("4.0");
    }

    @Test
    void whatWasWrittenIsThereAfterReopening() {
        TestStores.fresh(folder).forEach(database -> {
            try (Store store = Store.open(database, InstantSource.system())) {
                store.write(Actor.SYSTEM, ACT, tx -> insertSpace(tx, "kept"));
            }
            try (Store store = Store.open(database, InstantSource.system())) {
                assertThat(spaces(store)).containsExactly("kept");
            }
        });
    }

    private static int insertSpace(Tx tx, String id) {
        return tx.handle().execute("INSERT INTO space (id, title, created_at) VALUES (?, ?, 0)", id, id);
    }

    private static List<String> spaces(Store store) {
        return store.read(
                h -> h.createQuery("SELECT id FROM space").mapTo(String.class).list());
    }

    private static List<String> events(Store store) {
        return store.read(
                h -> h.createQuery("SELECT action || ' ' || target || ' ' || actor_id FROM event ORDER BY seq")
                        .mapTo(String.class)
                        .list());
    }
}
