package dev.keymesh.gateway.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.ledger.Period;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.TestStores;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyWatchTest {
    private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");
    private static final long USD = 1_000_000_000;

    private final AtomicReference<Instant> now = new AtomicReference<>(START);

    @TempDir
    private Path folder;

    private void onBoth(Consumer<Store> test) {
        TestStores.fresh(folder).forEach(database -> {
            now.set(START);
            try (Store store = Store.open(database, InstantSource.system())) {
                store.maintain(tx -> {
                    tx.handle().execute("INSERT INTO space (id, title, created_at) VALUES ('s', 's', 0)");
                    return tx.handle()
                            .execute(
                                    "INSERT INTO workspace (space, id, title, environment, policy, created_at, updated_at)"
                                            + " VALUES ('s', 'w', 'w', 'live', '{}', 0, 0)");
                });
                test.accept(store);
            }
        });
    }

    private static void key(Store store, String id, Instant created, Instant end, String status) {
        store.maintain(tx -> tx.handle()
                .execute(
                        "INSERT INTO virtual_key (id, space, workspace, title, status, lookup, mac, pepper, hint, fields, tags,"
                                + " uses, created_at, updated_at, expires_at)"
                                + " VALUES (?, 's', 'w', 'Ana', ?, ?, '', '', '', '{}', '[]', '[]', ?, ?, ?)",
                        id,
                        status,
                        id,
                        created.toEpochMilli(),
                        created.toEpochMilli(),
                        end.toEpochMilli()));
    }

    private static void spend(Store store, String key, int day, long nanos) {
        store.maintain(tx -> tx.handle()
                .execute(
                        "INSERT INTO balance (scope, provider, model, day, spent, held, requests, held_requests, tokens,"
                                + " held_tokens) VALUES (?, '', '', ?, ?, 0, 1, 0, 1, 0)",
                        "key:" + key,
                        day,
                        nanos));
    }

    private void look(Store store) {
        try (KeyWatch watch = new KeyWatch(store, "key_below"::equals, now::get)) {
            watch.once();
        }
    }

    private static List<String> told(Store store, String action) {
        return store.read(h -> h.createQuery("SELECT target || ' ' || data FROM event WHERE action = :a ORDER BY seq")
                .bind("a", action)
                .mapTo(String.class)
                .list());
    }

    @Test
    void aKeyIsToldOfOnceAWeekAndOnceADayBeforeItExpires() {
        onBoth(store -> {
            key(store, "key_a", START.minus(Duration.ofDays(60)), START.plus(Duration.ofDays(8)), "active");
            look(store);
            assertThat(told(store, "key.expiring")).isEmpty();
            now.set(START.plus(Duration.ofDays(1)));
            look(store);
            look(store);
            assertThat(told(store, "key.expiring"))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("key_a", "\"days\":7");
            now.set(START.plus(Duration.ofHours(170)));
            look(store);
            look(store);
            assertThat(told(store, "key.expiring")).hasSize(2).last().asString().contains("\"days\":1");
            now.set(START.plus(Duration.ofDays(9)));
            look(store);
            assertThat(told(store, "key.expiring")).hasSize(2);
        });
    }

    @Test
    void aShortLivedARevokedAndAnExpiredKeyAreNotToldOf() {
        onBoth(store -> {
            key(store, "key_hour", START, START.plus(Duration.ofHours(1)), "active");
            key(store, "key_days", START, START.plus(Duration.ofDays(3)), "active");
            key(store, "key_revoked", START.minus(Duration.ofDays(60)), START.plus(Duration.ofDays(3)), "revoked");
            key(store, "key_below", START.minus(Duration.ofDays(60)), START.plus(Duration.ofDays(3)), "active");
            key(store, "key_expired", START.minus(Duration.ofDays(60)), START.minus(Duration.ofDays(1)), "active");
            look(store);
            assertThat(told(store, "key.expiring")).isEmpty();
            now.set(START.plus(Duration.ofDays(2)).plusSeconds(1));
            look(store);
            assertThat(told(store, "key.expiring"))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("key_days");
        });
    }

    @Test
    void aKeyThatGetsAnotherEndIsToldOfAgain() {
        onBoth(store -> {
            key(store, "key_a", START.minus(Duration.ofDays(60)), START.plus(Duration.ofDays(5)), "active");
            look(store);
            long later = START.plus(Duration.ofDays(6)).toEpochMilli();
            store.maintain(tx -> tx.handle().execute("UPDATE virtual_key SET expires_at = ?", later));
            look(store);
            assertThat(told(store, "key.expiring")).hasSize(2);
        });
    }

    @Test
    void aKeyThatSpendsMoreThanThreeTimesItsUsualIsToldOfOnceADay() {
        onBoth(store -> {
            int today = Period.day(START);
            // Eight days with spend: the oldest, which is dear, does not count any more.
            spend(store, "key_a", today - 20, 100 * USD);
            for (int i = 1; i <= 7; i++) {
                spend(store, "key_a", today - 2 * i, 2 * USD);
            }
            spend(store, "key_a", today, 6 * USD);
            look(store);
            assertThat(told(store, "key.spend_unusual")).isEmpty();
            store.maintain(tx -> tx.handle().execute("UPDATE balance SET spent = ? WHERE day = ?", 6 * USD + 3, today));
            look(store);
            look(store);
            assertThat(told(store, "key.spend_unusual"))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("key_a", "\"spent\":\"6.000000003\"", "\"usual\":\"2\"", "2026-11-20");
            now.set(START.plus(Duration.ofDays(1)));
            spend(store, "key_a", today + 1, 30 * USD);
            look(store);
            assertThat(told(store, "key.spend_unusual")).hasSize(2);
        });
    }

    @Test
    void littleSpendAndAFirstDayAreNotUnusual() {
        onBoth(store -> {
            int today = Period.day(START);
            spend(store, "key_little", today - 1, USD / 100);
            spend(store, "key_little", today, USD);
            spend(store, "key_first", today, 50 * USD);
            look(store);
            assertThat(told(store, "key.spend_unusual")).isEmpty();
        });
    }
}
