package dev.keymesh.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.store.Batch;
import dev.keymesh.gateway.store.Database;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.TestStores;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    private static final Scopes SCOPES = Scopes.of("default", "acme", "key_1");

    @TempDir
    private Path folder;

    @Test
    void sixtyFourAtOnceAreAdmittedExactlyAsOftenAsTheirBoundFits() throws Exception {
        onBoth(books -> {
            books.limit(Scopes.key("key_1"), Period.MONTHLY, 1_000L);
            books.limit(Scopes.ACCOUNT, Period.TOTAL, 1_750L);
            AtomicInteger admitted = new AtomicInteger();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                String id = "r" + i;
                clients.add(Thread.ofVirtual().start(() -> {
                    if (books.hold(id, 30) instanceof HoldAnswer.Held held) {
                        admitted.incrementAndGet();
                        books.ledger.settle(held.hold(), books.call(id, 30L));
                    }
                }));
            }
            join(clients);
            assertThat(admitted).hasValue(33);
            books.expect(Scopes.key("key_1"), 990, 0);
            books.expect(Scopes.ACCOUNT, 990, 0);
            assertThat(books.hold("last", 10)).isInstanceOf(HoldAnswer.Held.class);
        });
    }

    @Test
    void aRefusalIsTemporaryOnlyWhenLiveHoldsAloneAreInTheWay() throws Exception {
        onBoth(books -> {
            books.limit(Scopes.workspace("default", "acme"), Period.DAILY, 100L);
            Hold hold = ((HoldAnswer.Held) books.hold("a", 80)).hold();
            assertThat(books.hold("b", 30)).isInstanceOfSatisfying(HoldAnswer.Refused.class, refused -> {
                assertThat(refused.temporary()).isTrue();
                assertThat(refused.held()).isEqualTo(80);
            });
            assertThat(books.hold("c", 101))
                    .isInstanceOfSatisfying(
                            HoldAnswer.Refused.class,
                            refused -> assertThat(refused.temporary()).isFalse());
            books.ledger.settle(hold, books.call("a", 10L));
            assertThat(books.hold("b", 30)).isInstanceOf(HoldAnswer.Held.class);
        });
    }

    @Test
    void aBudgetOfZeroBlocksEvenWhatIsFreeAndNullBlocksNothing() throws Exception {
        onBoth(books -> {
            books.limit(Scopes.space("default"), Period.TOTAL, null);
            assertThat(books.hold("a", Long.MAX_VALUE / 8)).isInstanceOf(HoldAnswer.Held.class);
            books.limit(Scopes.space("default"), Period.TOTAL, 0L);
            assertThat(books.hold("b", 0))
                    .isInstanceOfSatisfying(
                            HoldAnswer.Refused.class,
                            refused -> assertThat(refused.temporary()).isFalse());
        });
    }

    @Test
    void aHoldResolvesOnce() throws Exception {
        onBoth(books -> {
            books.limit(Scopes.ACCOUNT, Period.TOTAL, 100L);
            Hold hold = ((HoldAnswer.Held) books.hold("a", 50)).hold();
            books.ledger.settle(hold, books.call("a", 20L));
            books.ledger.settle(hold, books.call("a", 20L));
            books.expect(Scopes.ACCOUNT, 20, 0);
        });
    }

    @Test
    void whatACallCostsAboveItsHoldIsStillCharged() throws Exception {
        onBoth(books -> {
            books.limit(Scopes.ACCOUNT, Period.TOTAL, 100L);
            Hold hold = ((HoldAnswer.Held) books.hold("a", 50)).hold();
            books.ledger.settle(hold, books.call("a", 120L));
            books.expect(Scopes.ACCOUNT, 120, 0);
        });
    }

    @Test
    void aBudgetSetLaterCountsItsWholeWindow() throws Exception {
        onBoth(books -> {
            books.ledger.record(books.call("before", 70L));
            books.limit(Scopes.key("key_1"), Period.MONTHLY, 100L);
            assertThat(books.hold("a", 31)).isInstanceOf(HoldAnswer.Refused.class);
            assertThat(books.hold("b", 30)).isInstanceOf(HoldAnswer.Held.class);
        });
    }

    @Test
    void aNewWindowOpensTheBudgetAgainAndAHoldStaysInItsOwn() throws Exception {
        onBoth(books -> {
            books.limit(Scopes.key("key_1"), Period.DAILY, 100L);
            Hold hold = ((HoldAnswer.Held) books.hold("a", 100)).hold();
            books.now = books.now.plus(Duration.ofDays(1));
            assertThat(books.hold("b", 100)).isInstanceOf(HoldAnswer.Held.class);
            books.ledger.settle(hold, books.call("a", 100L));
            books.store.barrier();
            assertThat(books.hold("c", 1)).isInstanceOf(HoldAnswer.Refused.class);
        });
    }

    @Test
    void theNextStartChargesTheParentsOfADeadInstancesKeyToo() throws Exception {
        for (Database database : TestStores.fresh(folder).toList()) {
            Scopes chain = Scopes.of("default", "acme", List.of("key_top", "key_mid"), "key_low");
            try (Books dead = new Books(database, "dead")) {
                dead.key("key_top", null);
                dead.key("key_mid", "key_top");
                dead.key("key_low", "key_mid");
                dead.limit(Scopes.key("key_top"), Period.TOTAL, 500L);
                assertThat(dead.hold("a", chain, 300)).isInstanceOf(HoldAnswer.Held.class);
                assertThat(dead.hold("b", 200)).isInstanceOf(HoldAnswer.Held.class);
                assertThat(dead.hold("c", chain, 201))
                        .isInstanceOfSatisfying(
                                HoldAnswer.Refused.class,
                                refused -> assertThat(refused.limit().scope()).isEqualTo("key:key_top"));
            }
            try (Books alive = new Books(database, "alive")) {
                for (String scope : List.of("key:key_top", "key:key_mid", "key:key_low")) {
                    alive.expect(scope, 300, 0);
                }
                alive.expect(Scopes.key("key_1"), 200, 0);
                alive.expect(Scopes.ACCOUNT, 500, 0);
            }
        }
    }

    @Test
    void theNextStartChargesWhatADeadInstanceHeld() throws Exception {
        for (Database database : TestStores.fresh(folder).toList()) {
            try (Books dead = new Books(database, "dead")) {
                dead.limit(Scopes.ACCOUNT, Period.TOTAL, 1_000L);
                dead.hold("a", 300);
                dead.hold("b", 200);
            }
            try (Books alive = new Books(database, "alive")) {
                alive.expect(Scopes.ACCOUNT, 500, 0);
                alive.expect(Scopes.key("key_1"), 500, 0);
                String calls = alive.store.read(
                        h -> h.createQuery("SELECT COUNT(*) || ' ' || MIN(settlement) || ' ' || SUM(cost) FROM call")
                                .mapTo(String.class)
                                .one());
                assertThat(calls).isEqualTo("2 unknown 500");
                assertThat(alive.hold("c", 501)).isInstanceOf(HoldAnswer.Refused.class);
                assertThat(alive.hold("d", 500)).isInstanceOf(HoldAnswer.Held.class);
            }
        }
    }

    @Test
    void randomHoldsAndSettlesNeverPassABudgetAndNeverLeaveAPhantom() throws Exception {
        long seed = System.nanoTime();
        System.out.println("LedgerTest seed " + seed);
        onBoth(books -> {
            Random random = new Random(seed);
            books.limit(Scopes.ACCOUNT, Period.TOTAL, 5_000L);
            books.limit(Scopes.key("key_1"), Period.WEEKLY, 3_000L);
            long spent = 0;
            List<Hold> open = new ArrayList<>();
            int[] seen = new int[3];
            for (int step = 0; step < 300; step++) {
                long held = open.stream().mapToLong(Hold::amount).sum();
                if (open.isEmpty() || random.nextInt(3) > 0) {
                    long bound = random.nextLong(400);
                    switch (books.hold("s" + step, bound)) {
                        case HoldAnswer.Held answer -> {
                            assertThat(spent + held + bound).isLessThanOrEqualTo(3_000);
                            open.add(answer.hold());
                            seen[0]++;
                        }
                        case HoldAnswer.Refused refused -> {
                            assertThat(spent + held + bound).isGreaterThan(3_000);
                            assertThat(refused.temporary()).isEqualTo(spent + bound <= 3_000);
                            seen[refused.temporary() ? 1 : 2]++;
                        }
                        case HoldAnswer.Unavailable _ -> throw new AssertionError("unavailable");
                    }
                } else {
                    Hold hold = open.remove(random.nextInt(open.size()));
                    long cost = random.nextLong(hold.amount() / 4 + 1);
                    spent += cost;
                    books.ledger.settle(hold, books.call(hold.id(), cost));
                }
            }
            for (Hold hold : open) {
                books.ledger.settle(hold, books.call(hold.id(), 0L));
            }
            books.expect(Scopes.key("key_1"), spent, 0);
            assertThat(books.hold("rest", 3_000 - spent)).isInstanceOf(HoldAnswer.Held.class);
            assertThat(seen[0]).isPositive();
            assertThat(seen[1]).isPositive();
        });
    }

    private void onBoth(Check check) throws Exception {
        for (Database database : TestStores.fresh(folder).toList()) {
            try (Books books = new Books(database, "one")) {
                check.run(books);
            }
        }
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void aBatchThatFailedAfterItsCommitIsOnTheBooksOnce() throws Exception {
        onBoth(books -> {
            books.limit(Scopes.ACCOUNT, Period.TOTAL, 1_000L);
            Hold hold = ((HoldAnswer.Held) books.hold("a", 100)).hold();
            books.ledger.settle(hold, books.call("a", 40L));
            books.ledger.record(books.call("b", 7L));
            HoldAnswer held = books.hold("c", 300);
            books.expect(Scopes.ACCOUNT, 47, 300);
            var nobodyWaits = new LedgerCommand.Take(
                    new HoldRequest("c", SCOPES, "openai", "gpt", "chat", "prc_1", new Amounts(300, 1, 0)),
                    0,
                    answer -> {});
            nobodyWaits.decided = held;
            books.store.maintain(tx -> {
                books.ledger.failed(
                        List.of(
                                new LedgerCommand.Settle(hold, books.call("a", 40L)),
                                new LedgerCommand.Write(books.call("b", 7L)),
                                nobodyWaits),
                        new IllegalStateException("the answer to the commit was lost"));
                return true;
            });
            Thread.sleep(900);
            books.expect(Scopes.ACCOUNT, 47, 0);
        });
    }

    @Test
    void whatTheBooksCannotTakeDoesNotTakeItsBatchWithItAgain() throws Exception {
        onBoth(books -> {
            books.limit(Scopes.ACCOUNT, Period.TOTAL, 1_000L);
            CallRecord bad = TestCalls.of(
                    "bad", SCOPES, "openai", "gpt", unwritable(), new Amounts(5, 1, 2), "reported", books.now);
            // The first batch of a scope makes its rows, in a transaction of their own.
            Hold first = ((HoldAnswer.Held) books.hold("first", 1)).hold();
            books.ledger.settle(first, books.call("first", 0L));
            var take = new LedgerCommand.Take(
                    new HoldRequest("a", SCOPES, "openai", "gpt", "chat", "prc_1", new Amounts(100, 1, 0)),
                    0,
                    answer -> {});
            books.store.maintain(tx -> {
                try {
                    books.ledger.apply(
                            tx.handle().getConnection(),
                            new Batch(
                                    List.of(new LedgerCommand.Again(new LedgerCommand.Write(bad)), take),
                                    new ArrayDeque<>()));
                } catch (java.sql.SQLException e) {
                    throw new IllegalStateException(e);
                }
                return true;
            });
            assertThat(take.decided).isInstanceOf(HoldAnswer.Held.class);
            books.expect(Scopes.ACCOUNT, 0, 100);
        });
    }

    /** A text that no column takes: none where one must be. */
    @SuppressWarnings("NullAway") // what must not be null is null on purpose
    private static String unwritable() {
        return null;
    }

    private interface Check {
        void run(Books books) throws Exception;
    }

    /** A real ledger on a real database, with a clock to turn. */
    private static final class Books implements AutoCloseable {
        volatile Instant now = Instant.parse("2026-11-18T12:00:00Z");
        final InstantSource clock = () -> now;
        final ExecutorService answers = Executors.newVirtualThreadPerTaskExecutor();
        final Store store;
        final Limits limits;
        final Ledger ledger;

        Books(Database database, String instance) {
            store = Store.open(database, clock);
            limits = new Limits(store);
            ledger = new Ledger(store, limits, clock, answers, instance);
        }

        void limit(String scope, Period period, @Nullable Long amount) {
            store.maintain(tx -> {
                limits.put(tx, Limit.usd(scope, period, amount), now);
                return true;
            });
        }

        HoldAnswer hold(String id, long bound) {
            return hold(id, SCOPES, bound);
        }

        void key(String id, @Nullable String parent) {
            store.maintain(tx -> {
                tx.handle()
                        .execute(
                                "INSERT INTO space (id, title, created_at) VALUES ('default', 'd', 0) ON CONFLICT DO NOTHING");
                tx.handle().execute("""
                        INSERT INTO workspace (space, id, title, environment, policy, created_at, updated_at)
                        VALUES ('default', 'acme', 'a', 'live', '{}', 0, 0) ON CONFLICT DO NOTHING""");
                return tx.handle().execute("""
                        INSERT INTO virtual_key (id, space, workspace, parent, title, status, lookup, mac, pepper, hint,
                          fields, tags, uses, created_at, updated_at)
                        VALUES (?, 'default', 'acme', ?, 't', 'active', ?, '', '1', '', '{}', '[]', '[]', 0, 0)""", id, parent, id);
            });
        }

        HoldAnswer hold(String id, Scopes scopes, long bound) {
            CompletableFuture<HoldAnswer> answer = new CompletableFuture<>();
            Consumer<HoldAnswer> then = answer::complete;
            ledger.hold(new HoldRequest(id, scopes, "openai", "gpt", "chat", "prc_1", new Amounts(bound, 1, 0)), then);
            return answer.join();
        }

        CallRecord call(String id, long cost) {
            return TestCalls.completed(id, SCOPES, cost, now);
        }

        void expect(String scope, long spent, long held) {
            store.barrier();
            String sums = store.read(
                    h -> h.createQuery("SELECT SUM(spent) || ' ' || SUM(held) FROM balance WHERE scope = :scope")
                            .bind("scope", scope)
                            .mapTo(String.class)
                            .one());
            assertThat(sums).isEqualTo(spent + " " + held);
        }

        @Override
        public void close() {
            ledger.close();
            store.close();
            answers.close();
        }
    }
}
