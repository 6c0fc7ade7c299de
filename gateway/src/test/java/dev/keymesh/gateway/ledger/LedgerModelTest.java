package dev.keymesh.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.store.Database;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ledger against a model of itself: random events from a seed, and after each of them every row of the database as the
 * model says. All runs are on the real ledger and a real database, since what goes wrong is seldom a sum and often what a
 * batch, a cache or a restart made of it: 1,000 on SQLite without waiting for the disk, 30 on PostgreSQL, whose journeys
 * take longer. {@code -Dkeymesh.seed=N} replays one run on both, {@code -Dkeymesh.runs=N} does more of them.
 */
class LedgerModelTest {
    private static final Long REPLAYED = Long.getLong("keymesh.seed");
    private static final int RUNS = Integer.getInteger("keymesh.runs", 1_000);
    private static final int EVENTS = 50;
    private static final int KINDS = LedgerRun.Kind.values().length;

    private final Map<String, Integer> pairs = new HashMap<>();
    private final EnumSet<LedgerRun.Kind> kinds = EnumSet.noneOf(LedgerRun.Kind.class);

    @TempDir
    private Path folder;

    @Test
    void theBooksOnSqliteAreWhatTheModelSaysAfterEveryEvent() throws Exception {
        run(Database.sqlite(folder.resolve("k.db"), Durability.PROCESS), RUNS);
        if (REPLAYED == null && RUNS >= 1_000) {
            List<String> rare = new ArrayList<>();
            for (LedgerRun.Kind first : LedgerRun.Kind.values()) {
                for (LedgerRun.Kind second : LedgerRun.Kind.values()) {
                    String pair = first + ", " + second;
                    if (first.canPrecede(second) && pairs.getOrDefault(pair, 0) < RUNS / 250) {
                        rare.add(pair + ": " + pairs.getOrDefault(pair, 0));
                    }
                }
            }
            assertThat(rare).as("pairs of events that were hardly tried").isEmpty();
        }
    }

    @Test
    void theBooksOnPostgresqlAreWhatTheModelSaysAfterEveryEvent() throws Exception {
        run(Database.postgresql(TestPostgres.shared().fresh(), Durability.PROCESS), Math.max(30, RUNS / 100));
        assertThat(kinds.size()).isEqualTo(REPLAYED == null ? KINDS : kinds.size());
    }

    private void run(Database database, int runs) throws SQLException {
        long first = REPLAYED == null ? new Random().nextInt(1_000_000_000) : REPLAYED;
        int count = REPLAYED == null ? runs : 1;
        System.out.printf("ledger model on %s: %d runs, seeds from %d%n", database, count, first);
        try (Store store = Store.open(database, InstantSource.system());
                Connection connection = database.writer()) {
            connection.setAutoCommit(false);
            keys(store);
            for (long seed = first; seed < first + count; seed++) {
                run(database, store, connection, seed);
            }
        }
    }

    private void run(Database database, Store store, Connection connection, long seed) {
        clear(store);
        try (LedgerRun run = new LedgerRun(database, store, connection, seed)) {
            LedgerRun.Kind before = null;
            for (int i = 0; i < EVENTS; i++) {
                try {
                    LedgerRun.Kind kind = run.step();
                    kinds.add(kind);
                    if (before != null) {
                        pairs.merge(before + ", " + kind, 1, Integer::sum);
                    }
                    before = kind;
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("-Dkeymesh.seed=" + seed + " fails after " + run.trace, e);
                }
            }
            assertThat(events(store)).as("events of thresholds, seed %d", seed).isEqualTo(run.model.told.size());
        }
    }

    private static int events(Store store) {
        return store.read(
                handle -> handle.createQuery("SELECT COUNT(*) FROM event WHERE action = 'budget.threshold_reached'")
                        .mapTo(Integer.class)
                        .one());
    }

    private static void clear(Store store) {
        store.maintain(tx -> {
            for (String table : List.of("call", "hold", "balance", "budget", "budget_threshold", "event", "node")) {
                tx.handle().execute("DELETE FROM " + table);
            }
            return true;
        });
    }

    private static void keys(Store store) {
        store.maintain(tx -> {
            var handle = tx.handle();
            handle.execute("INSERT INTO space (id, title, created_at) VALUES ('s', 's', 0)");
            for (String workspace : List.of("a", "b")) {
                handle.execute("""
                        INSERT INTO workspace (space, id, title, environment, policy, created_at, updated_at)
                        VALUES ('s', ?, 'w', 'live', '{}', 0, 0)""", workspace);
            }
            for (Scopes chain : LedgerRun.CHAINS) {
                handle.execute(
                        """
                        INSERT INTO virtual_key (id, space, workspace, parent, title, status, lookup, mac, pepper, hint,
                          fields, tags, uses, created_at, updated_at)
                        VALUES (?, 's', ?, ?, 't', 'active', ?, '', '1', '', '{}', '[]', '[]', 0, 0)""",
                        chain.key(),
                        chain.workspace(),
                        chain.key().equals("key_low") ? "key_top" : null,
                        chain.key());
            }
            return true;
        });
    }
}
