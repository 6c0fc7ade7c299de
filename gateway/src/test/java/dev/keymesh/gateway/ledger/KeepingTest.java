package dev.keymesh.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.store.Database;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Snapshot;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.TestStores;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Upkeep and the check of the books, on both databases. */
class KeepingTest {
    private static final Scopes SCOPES = Scopes.of("default", "acme", "key_1");
    private static final Instant NOON = Instant.parse("2026-11-18T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void booksStayRightWhileTheyAreRolledUpDeletedAndFolded() throws Exception {
        onBoth(books -> {
            books.limit(Scopes.ACCOUNT, Period.TOTAL, 1_000L);
            for (int day = 120; day >= 0; day--) {
                books.now = NOON.minus(Duration.ofDays(day));
                books.call("a" + day, 5);
            }
            assertThat(books.verify().wrong()).isEmpty();
            assertThat(books.hold("big", 396)).isInstanceOf(HoldAnswer.Refused.class);
            books.keep(Pace.NONE);
            assertThat(books.verify().wrong()).isEmpty();
            assertThat(books.number("SELECT COUNT(*) FROM call")).isLessThanOrEqualTo(31);
            assertThat(books.number("SELECT COUNT(*) FROM balance WHERE scope = 'account'"))
                    .isLessThan(60);
            assertThat(books.number("SELECT SUM(requests) FROM usage_day")).isEqualTo(119);
            assertThat(books.hold("big", 396)).isInstanceOf(HoldAnswer.Refused.class);
            assertThat(books.hold("fits", 395)).isInstanceOf(HoldAnswer.Held.class);
        });
    }

    @Test
    void aCallThatComesWhileItsDayIsRolledUpIsCountedOnce() throws Exception {
        onBoth(books -> {
            books.now = NOON.minus(Duration.ofDays(5));
            books.call("early", 5);
            books.now = NOON;
            books.keep(() -> {
                if (books.number("SELECT COUNT(*) FROM call") == 1) {
                    books.record("late", 7, NOON.minus(Duration.ofDays(5)));
                }
            });
            assertThat(books.number("SELECT rolled FROM keeping")).isZero();
            books.keep(Pace.NONE);
            assertThat(books.number("SELECT SUM(cost) FROM usage_day")).isEqualTo(12);
            books.record("later", 11, NOON.minus(Duration.ofDays(5)));
            assertThat(books.number("SELECT SUM(cost) FROM usage_day")).isEqualTo(23);
            assertThat(books.verify().wrong()).isEmpty();
        });
    }

    @Test
    void orphansOfARolledUpDayAreCounted() throws Exception {
        for (Database database : TestStores.fresh(folder).toList()) {
            try (Books dead = new Books(database, "dead")) {
                dead.now = NOON.minus(Duration.ofDays(6));
                dead.call("whole", 5);
                dead.hold("open", 40);
                dead.now = NOON;
                dead.keep(Pace.NONE);
                assertThat(dead.verify().wrong()).anyMatch(sentence -> sentence.contains("still open"));
            }
            try (Books alive = new Books(database, "alive")) {
                assertThat(alive.number("SELECT SUM(cost) FROM usage_day")).isEqualTo(45);
                assertThat(alive.verify().wrong()).isEmpty();
            }
        }
    }

    @Test
    void eachBrokenInvariantIsSaidInASentence() throws Exception {
        breaks(
                "UPDATE balance SET spent = spent + 1 WHERE scope = 'key:key_1'",
                "key:key_1 on 2026-11-18 says 6 spent");
        breaks("UPDATE balance SET held = held + 1", "its open holds are");
        breaks("UPDATE balance SET spent = spent + 1 WHERE scope = 'account'", "is not the sum of all spaces");
        breaks(
                "UPDATE balance SET spent = spent + 1 WHERE scope = 'space:default'",
                "is not the sum of its workspaces");
        breaks("UPDATE balance SET spent = -1", "is negative");
        breaks("UPDATE call SET day = 999999", "the clock was wrong");
        breaks("UPDATE call SET cost = 6", "its calls cost 6");
        breaks("DELETE FROM call", "its calls cost 0");
        breaks(
                "INSERT INTO budget (scope, provider, model, unit, period, amount, thresholds, created_at)"
                        + " VALUES ('account', '', '', 'usd', 'total', 3, '', 0)",
                "is passed by");
    }

    private void breaks(String statement, String sentence) throws Exception {
        onBoth(books -> {
            books.call("a", 5);
            assertThat(books.verify().wrong()).isEmpty();
            books.store.maintain(tx -> tx.handle().execute(statement));
            assertThat(books.verify().wrong()).as(statement).anyMatch(said -> said.contains(sentence));
        });
    }

    @Test
    void aLimitThatWasLoweredBelowWhatIsSpentIsANote() throws Exception {
        onBoth(books -> {
            books.call("a", 5);
            books.limit(Scopes.ACCOUNT, Period.TOTAL, 3L);
            assertThat(books.verify().wrong()).isEmpty();
            assertThat(books.verify().notes()).anyMatch(said -> said.contains("it was set in this window"));
        });
    }

    @Test
    void aClockThatStepsOpensNoWindowTwiceAndExpiresNoHold() throws Exception {
        onBoth(books -> {
            books.limit(Scopes.key("key_1"), Period.MONTHLY, 100L);
            books.now = Instant.parse("2026-11-30T23:30:00Z");
            HoldAnswer.Held held = (HoldAnswer.Held) books.hold("a", 60);
            for (Duration step : new Duration[] {
                Duration.ofHours(1),
                Duration.ofHours(-1),
                Duration.ofDays(365),
                Duration.ofDays(-365),
                Duration.ofDays(-365)
            }) {
                books.now = books.now.plus(step);
                books.keep(Pace.NONE);
                assertThat(books.number("SELECT COUNT(*) FROM hold")).isEqualTo(1);
            }
            books.now = Instant.parse("2026-11-30T23:40:00Z");
            assertThat(books.hold("b", 41)).isInstanceOf(HoldAnswer.Refused.class);
            books.now = Instant.parse("2026-12-01T00:10:00Z");
            assertThat(books.hold("c", 100)).isInstanceOf(HoldAnswer.Held.class);
            assertThat(books.hold("d", 1)).isInstanceOf(HoldAnswer.Refused.class);
            books.now = Instant.parse("2026-11-30T23:50:00Z");
            books.ledger.settle(held.hold(), books.record("a", 60L));
            assertThat(books.hold("e", 41)).isInstanceOf(HoldAnswer.Refused.class);
            books.now = Instant.parse("2026-12-01T00:20:00Z");
            assertThat(books.hold("f", 1)).isInstanceOf(HoldAnswer.Refused.class);
            assertThat(books.verify().wrong()).isEmpty();
        });
    }

    @Test
    void askedForTogetherBudgetsStandWhereEachStandsAlone() throws Exception {
        onBoth(books -> {
            List<Limit> limits = new ArrayList<>();
            for (String scope : new String[] {Scopes.ACCOUNT, Scopes.key("key_1"), Scopes.key("key_2")}) {
                for (Period period : Period.values()) {
                    for (Unit unit : Unit.values()) {
                        limits.add(new Limit(scope, "", "", unit, period, 1_000L, List.of(), null));
                        limits.add(new Limit(scope, "openai", "", unit, period, 1_000L, List.of(), null));
                    }
                }
            }
            limits.forEach(books::limit);
            for (int day = 40; day >= 0; day--) {
                books.now = NOON.minus(Duration.ofDays(day));
                books.call("a" + day, 5);
            }
            books.hold("open", 7);
            int today = Period.day(NOON);
            Map<Limit.Id, Limits.Used> together = books.store.read(h -> Limits.used(h, limits, today));
            for (Limit limit : limits) {
                Limits.Used alone = books.store.read(h -> Limits.used(h, limit, today));
                assertThat(together.get(limit.id())).as(limit.id().toString()).isEqualTo(alone);
            }
            assertThat(together).hasSameSizeAs(limits);
            assertThat(Set.copyOf(together.values()))
                    .contains(new Limits.Used(205, 7), new Limits.Used(5, 7), new Limits.Used(0, 0))
                    .hasSizeGreaterThan(5);
            Map<Limit.Id, Limits.Used> none = books.store.read(h -> Limits.used(h, List.of(), today));
            assertThat(none).isEmpty();
        });
    }

    private interface Check {
        void run(Books books) throws Exception;
    }

    private void onBoth(Check check) throws Exception {
        for (Database database : TestStores.fresh(folder).toList()) {
            try (Books books = new Books(database, "one")) {
                check.run(books);
            }
        }
    }

    /** A real ledger on a real database, with a clock to turn and ids that follow it. */
    private static final class Books implements AutoCloseable {
        volatile Instant now = NOON;
        final Database database;
        final Store store;
        final Limits limits;
        final Ledger ledger;

        Books(Database database, String instance) {
            this.database = database;
            store = Store.open(database, () -> now);
            limits = new Limits(store);
            ledger = new Ledger(store, limits, () -> now, Runnable::run, instance);
        }

        void limit(String scope, Period period, @Nullable Long amount) {
            limit(Limit.usd(scope, period, amount));
        }

        void limit(Limit limit) {
            store.write(
                    dev.keymesh.gateway.store.Actor.SYSTEM,
                    new dev.keymesh.gateway.store.Act("budgets.write", limit.scope()),
                    tx -> {
                        limits.put(tx, limit, now);
                        return true;
                    });
        }

        HoldAnswer hold(String name, long bound) {
            CompletableFuture<HoldAnswer> answer = new CompletableFuture<>();
            ledger.hold(
                    new HoldRequest(id(name, now), SCOPES, "openai", "gpt", "chat", "prc_1", new Amounts(bound, 1, 0)),
                    answer::complete);
            return answer.join();
        }

        void call(String name, long cost) {
            HoldAnswer.Held held = (HoldAnswer.Held) hold(name, cost);
            ledger.settle(held.hold(), record(name, cost));
            store.barrier();
        }

        void record(String name, long cost, Instant at) {
            ledger.record(TestCalls.completed(id(name, at), SCOPES, cost, at));
            store.barrier();
        }

        CallRecord record(String name, long cost) {
            return TestCalls.completed(id(name, now), SCOPES, cost, now);
        }

        private static String id(String name, Instant at) {
            return Ids.floor("req", at) + name;
        }

        void keep(Pace pace) {
            new Keeping(store, ledger, Retention.DEFAULT, () -> now, pace).once();
        }

        Verification.Report verify() {
            store.barrier();
            return Snapshot.read(database, handle -> Verification.run(handle, now, step -> {}));
        }

        long number(String query) {
            return store.read(h -> h.createQuery(query).mapTo(Long.class).one());
        }

        @Override
        public void close() {
            ledger.close();
            store.close();
        }
    }
}
