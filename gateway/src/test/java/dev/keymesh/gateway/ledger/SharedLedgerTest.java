package dev.keymesh.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.store.CuttingProxy;
import dev.keymesh.gateway.store.Database;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.TestPostgres;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Ledgers of several nodes on one PostgreSQL: one dies, one is only slow, one never hears of its commit. */
class SharedLedgerTest {
    private static final Scopes SCOPES = Scopes.of("default", "acme", "key_1");

    private final TestPostgres postgres = TestPostgres.shared();

    @Test
    void theOthersChargeWhatADeadNodeHeldOnceAndALateSettleWritesTheDifferenceOnce() {
        String url = postgres.fresh();
        try (Node slow = new Node(url, "slow");
                Node other = new Node(url, "other");
                Node third = new Node(url, "third")) {
            slow.limit(1_000);
            Hold hold = slow.held("a", 100);
            Hold kept = other.held("b", 10);
            slow.silentFor(Duration.ofSeconds(11));
            third.within(Duration.ofSeconds(20), () -> third.balance().equals("100 10"));
            assertThat(third.calls()).containsExactly("a failed process_ended unknown 100 -");

            slow.ledger.settle(hold, slow.call("a", 30L));
            slow.ledger.settle(hold, slow.call("a", 30L));
            // It may wait for the next heartbeat: a node that holds nothing expects no settles.
            third.within(Duration.ofSeconds(5), () -> third.balance().equals("30 10"));
            assertThat(third.calls())
                    .containsExactly("a failed process_ended unknown 100 -", "ac correction - reported -70 a");

            // The slow one has another name now, and what it holds under it is its own.
            slow.within(
                    Duration.ofSeconds(5),
                    () -> third.nodes().size() == 3 && !third.nodes().contains("slow"));
            slow.held("c", 100);
            other.ledger.settle(kept, other.call("b", 10L));
            third.within(Duration.ofSeconds(2), () -> third.balance().equals("40 100"));
        }
    }

    @Test
    void aStartLeavesTheHoldsOfLiveNodesAloneAndChargesThoseOfOneThatWasClosed() {
        String url = postgres.fresh();
        try (Node live = new Node(url, "live")) {
            live.limit(1_000);
            var _ = live.held("a", 100);
            try (Node closed = new Node(url, "closed")) {
                var _ = closed.held("b", 50);
            }
            try (Node next = new Node(url, "next")) {
                assertThat(next.balance()).isEqualTo("50 100");
            }
        }
    }

    @Test
    void aCommitWhoseAnswerIsLostIsOnTheBooksOnce() {
        String url = postgres.fresh();
        try (CuttingProxy proxy = new CuttingProxy(postgres.port());
                // Unprepared, so that the proxy sees the word.
                Node node = new Node(
                        url.replace(":" + postgres.port(), ":" + proxy.port()) + "&prepareThreshold=0", "cut");
                Node other = new Node(url, "other")) {
            other.limit(1_000);
            Hold hold = node.held("a", 100);

            proxy.cutCommitAfter("INSERT INTO hold");
            assertThat(node.hold("b", 50)).isInstanceOf(HoldAnswer.Unavailable.class);
            assertThat(proxy.cut()).isTrue();
            other.within(Duration.ofSeconds(5), () -> other.balance().equals("0 100"));

            node.within(Duration.ofSeconds(5), () -> node.store.fresh() && node.store.takesWrites());
            proxy.cutCommitAfter("INSERT INTO call");
            node.ledger.settle(hold, node.call("a", 30L));
            node.within(Duration.ofSeconds(5), proxy::cut);
            other.within(Duration.ofSeconds(5), () -> other.balance().equals("30 0"));
            node.within(Duration.ofSeconds(5), () -> node.store.fresh() && node.store.takesWrites());
            assertThat(other.balance()).isEqualTo("30 0");
            assertThat(other.calls()).containsExactly("a completed - reported 30 -");
        }
    }

    @Test
    void nodesThatTakeTheSameScopesInAnyOrderWhileBudgetsChangeNeverDeadlockAndNeverPassABudget() throws Exception {
        String url = postgres.fresh();
        AtomicInteger admitted = new AtomicInteger();
        AtomicInteger unavailable = new AtomicInteger();
        try (Node one = new Node(url, "one");
                Node two = new Node(url, "two")) {
            one.limit(30_000);
            List<Thread> clients = new ArrayList<>();
            for (int client = 0; client < 16; client++) {
                Node node = client % 2 == 0 ? one : two;
                Random random = new Random(client);
                String prefix = "c" + client + "_";
                clients.add(Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < 100; i++) {
                        Scopes scopes = Scopes.of("s" + random.nextInt(3), "w", "k" + random.nextInt(5));
                        switch (node.hold(prefix + i, scopes, 30)) {
                            case HoldAnswer.Held held -> {
                                admitted.incrementAndGet();
                                node.ledger.settle(held.hold(), node.call(prefix + i, 30L));
                            }
                            case HoldAnswer.Refused _ -> {}
                            case HoldAnswer.Unavailable _ -> unavailable.incrementAndGet();
                        }
                    }
                }));
            }
            for (int i = 0; i < 50; i++) {
                (i % 2 == 0 ? one : two).limit(Scopes.space("s" + i % 3), 1_000_000 + i);
            }
            for (Thread thread : clients) {
                thread.join();
            }
            assertThat(unavailable).hasValue(0);
            assertThat(admitted).hasValue(1_000);
            one.within(Duration.ofSeconds(3), () -> one.balance().equals("30000 0"));
            assertThat(one.deadlocks()).isZero();
        }
    }

    @Test
    void theTimeIsTheDatabasesAndNeverGoesBack() {
        InstantSource wrong = InstantSource.offset(InstantSource.system(), Duration.ofDays(400));
        try (Store store = Store.open(Database.postgresql(postgres.fresh(), Durability.POWER), wrong)) {
            assertThat(Duration.between(
                                    store.clock().instant(),
                                    InstantSource.system().instant())
                            .abs())
                    .isLessThan(Duration.ofSeconds(2));
            var before = store.clock().instant();
            for (int i = 0; i < 10_000; i++) {
                var now = store.clock().instant();
                assertThat(now).isAfterOrEqualTo(before);
                before = now;
            }
        }
    }

    /** A ledger on a store of its own. */
    private static final class Node implements AutoCloseable {
        final ExecutorService answers = Executors.newVirtualThreadPerTaskExecutor();
        final Store store;
        final Limits limits;
        final Ledger ledger;
        final String name;

        Node(String url, String name) {
            this.name = name;
            store = Store.open(Database.postgresql(url, Durability.POWER), InstantSource.system());
            limits = new Limits(store);
            ledger = new Ledger(store, limits, store.clock(), answers, name);
        }

        void limit(long amount) {
            limit(Scopes.ACCOUNT, amount);
        }

        void limit(String scope, long amount) {
            store.maintain(tx -> {
                limits.put(
                        tx,
                        Limit.usd(scope, Period.MONTHLY, amount),
                        store.clock().instant());
                return true;
            });
        }

        long deadlocks() {
            return store.read(
                    h -> h.createQuery("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
                            .mapTo(Long.class)
                            .one());
        }

        HoldAnswer hold(String id, long bound) {
            return hold(id, SCOPES, bound);
        }

        HoldAnswer hold(String id, Scopes scopes, long bound) {
            CompletableFuture<HoldAnswer> answer = new CompletableFuture<>();
            ledger.hold(
                    new HoldRequest(id, scopes, "openai", "gpt", "chat", "prc_1", new Amounts(bound, 1, 0)),
                    answer::complete);
            return answer.join();
        }

        Hold held(String id, long bound) {
            return ((HoldAnswer.Held) hold(id, bound)).hold();
        }

        /** As one that did not beat for so long, be it dead or only slow. */
        void silentFor(Duration time) {
            store.maintain(tx -> tx.handle()
                    .execute(
                            "UPDATE node SET beat_at = ? WHERE instance = ?",
                            store.clock().instant().minus(time).toEpochMilli(),
                            name));
        }

        String balance() {
            return store.read(
                    h -> h.createQuery("SELECT SUM(spent) || ' ' || SUM(held) FROM balance WHERE scope = 'account'")
                            .mapTo(String.class)
                            .one());
        }

        List<String> calls() {
            return store.read(h -> h.createQuery("""
                            SELECT id || ' ' || outcome || ' ' || COALESCE(error_code, '-') || ' ' || settlement || ' ' || cost
                              || ' ' || COALESCE(corrects, '-') FROM call ORDER BY id""").mapTo(String.class).list());
        }

        List<String> nodes() {
            return store.read(h -> h.createQuery("SELECT instance FROM node")
                    .mapTo(String.class)
                    .list());
        }

        CallRecord call(String id, long cost) {
            return TestCalls.completed(id, SCOPES, cost, store.clock().instant());
        }

        void within(Duration time, Supplier<Boolean> condition) {
            long end = System.nanoTime() + time.toNanos();
            while (!condition.get()) {
                assertThat(System.nanoTime())
                        .as("not within " + time + ": " + balance())
                        .isLessThan(end);
                try {
                    Thread.sleep(10);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        public void close() {
            ledger.close();
            store.close();
            answers.close();
        }
    }
}
