package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Database;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.TestPostgres;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Measures what nodes admit at the ledger's door on one hot budget of a real PostgreSQL, each admission held and settled:
 * {@code bench/ledger-nodes}. No test, so the suite skips it.
 */
class LedgerNodes {
    private static final int SECONDS = Integer.getInteger("seconds", 5);
    private static final int IN_FLIGHT = Integer.getInteger("inFlight", 128);

    @Test
    void measure() throws Exception {
        try (TestPostgres postgres = new TestPostgres()) {
            for (int nodes = 1; nodes <= 2; nodes++) {
                run(postgres.fresh(), nodes, IN_FLIGHT, 0);
                run(postgres.fresh(), nodes, IN_FLIGHT, 1_000);
            }
        }
    }

    /** Some calls a second in all, or as many as go. */
    private static void run(String url, int nodes, int inFlight, int rate) throws Exception {
        List<Node> all = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            all.add(new Node(url, "node" + i));
        }
        all.getFirst().limit(Long.MAX_VALUE / 2);
        for (int part = 0; part < 2; part++) {
            int seconds = part == 0 ? 2 : SECONDS;
            long end = System.nanoTime() + seconds * 1_000_000_000L;
            List<Thread> threads = new ArrayList<>();
            all.forEach(node -> node.start());
            for (Node node : all) {
                threads.add(Thread.ofPlatform()
                        .start(() -> node.load(end, rate == 0 ? inFlight : 10_000, rate / (double) nodes)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            if (part == 1) {
                print(all, nodes, rate, seconds);
            }
        }
        long held = all.getFirst().settled();
        System.out.printf("  held when all is settled: %d%n", held);
        all.forEach(Node::close);
    }

    private static void print(List<Node> all, int nodes, int rate, int seconds) {
        long[] times = all.stream()
                .flatMapToLong(node -> Arrays.stream(node.times()))
                .sorted()
                .toArray();
        System.out.printf(
                "%d node(s), %s: %d admissions/s, p50 %.2f ms, p99 %.2f ms, refused or unavailable %d%n",
                nodes,
                rate == 0 ? "as many as go" : rate + "/s",
                times.length / seconds,
                times[times.length / 2] / 1e6,
                times[times.length * 99 / 100] / 1e6,
                all.stream().mapToInt(node -> node.refused.get()).sum());
    }

    /** A ledger on a store of its own. */
    private static final class Node implements AutoCloseable {
        final AtomicInteger refused = new AtomicInteger();
        private final ExecutorService answers = Executors.newFixedThreadPool(1);
        private final Store store;
        private final Limits limits;
        private final Ledger ledger;
        private final String name;
        private final AtomicLong ids = new AtomicLong();
        private final AtomicInteger count = new AtomicInteger();
        private final long[] nanos = new long[2_000_000];

        Node(String url, String name) {
            this.name = name;
            store = Store.open(Database.postgresql(url, Durability.POWER), InstantSource.system());
            limits = new Limits(store);
            ledger = new Ledger(store, limits, store.clock(), answers, name);
        }

        void limit(long amount) {
            store.maintain(tx -> {
                limits.put(tx, Limit.usd(Scopes.ACCOUNT, Period.MONTHLY, amount), Instant.now());
                return true;
            });
        }

        void start() {
            count.set(0);
            refused.set(0);
        }

        long[] times() {
            return Arrays.copyOf(nanos, count.get());
        }

        void load(long end, int inFlight, double rate) {
            Semaphore free = new Semaphore(inFlight);
            long begin = System.nanoTime();
            for (long n = 0; System.nanoTime() < end; n++) {
                if (rate > 0) {
                    LockSupport.parkNanos(begin + (long) (n * 1e9 / rate) - System.nanoTime());
                }
                free.acquireUninterruptibly();
                one(free);
            }
            free.acquireUninterruptibly(inFlight);
        }

        private void one(Semaphore free) {
            String id = name + "_" + ids.incrementAndGet();
            Scopes scopes = Scopes.of("default", "acme", "key_" + (ids.get() % 16));
            long asked = System.nanoTime();
            ledger.hold(
                    new HoldRequest(id, scopes, "openai", "gpt", "chat", "prc_1", new Amounts(1_000, 1, 0)), answer -> {
                        long took = System.nanoTime() - asked;
                        if (answer instanceof HoldAnswer.Held held) {
                            nanos[count.getAndIncrement()] = took;
                            ledger.settle(held.hold(), call(id, scopes));
                        } else {
                            refused.incrementAndGet();
                        }
                        free.release();
                    });
        }

        private CallRecord call(String id, Scopes scopes) {
            return TestCalls.completed(id, scopes, 900, store.clock().instant());
        }

        long settled() throws InterruptedException {
            Thread.sleep(200);
            store.barrier();
            return store.read(h -> h.createQuery("SELECT COALESCE(SUM(held), 0)::bigint FROM balance")
                    .mapTo(Long.class)
                    .one());
        }

        @Override
        public void close() {
            ledger.close();
            store.close();
            answers.close();
        }
    }
}
