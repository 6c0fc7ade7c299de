package dev.keymesh.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of two nodes on one PostgreSQL and one account budget is killed, or stands still, while calls run through both. */
class KilledNodeTest {
    /** In which the others charge what a dead node held. */
    private static final Duration CHARGED = Duration.ofSeconds(20);

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final long BOUND = BillingUpstream.BOUND_NANOS;

    @TempDir
    private Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // by start
    private BillingUpstream upstream;

    @SuppressWarnings("NullAway.Init")
    private NodeProcess survivor;

    @SuppressWarnings("NullAway.Init")
    private NodeProcess victim;

    private String key = "";

    @BeforeEach
    void start() throws Exception {
        EmbeddedPostgres postgres = opened(EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("postgres"))
                .setRegisterShutdownHook(false)
                .start());
        String url = postgres.getJdbcUrl("postgres", "postgres");
        upstream = opened(new BillingUpstream());
        survivor = opened(new NodeProcess(folder.resolve("survivor"), url));
        victim = opened(new NodeProcess(folder.resolve("victim"), url));
        survivor.admin(
                "POST",
                "/api/v1/providers",
                "{\"name\":\"p\",\"kind\":\"openai-compatible\",\"baseUrl\":\"" + upstream.baseUrl()
                        + "\",\"credential\":\"c-0123456789abcdef\"}");
        survivor.admin("PUT", "/api/v1/prices", """
                {"provider":"p","model":"m","inputPerMillion":"0","outputPerMillion":"1.00"}""");
        key = survivor.admin("POST", "/api/v1/spaces/default/keys", "{\"title\":\"t\"}")
                .getString("secret");
        within(SOON, () -> chat(victim).statusCode() == 200);
        within(SOON, () -> chat(survivor).statusCode() == 200);
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.add(one);
        return one;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    @Test
    void theOtherNodeFailsNoCallAndChargesNoLessThanTheUpstreamBilled() throws Exception {
        var _ = limit(1_000_000);
        Load onSurvivor = new Load(survivor);
        Load onVictim = new Load(victim);
        var _ = keptThroughTheVictim(16);

        victim.kill();
        long killed = System.nanoTime();
        assertThat(survivor.account("held")).isGreaterThanOrEqualTo(16 * BOUND);
        within(CHARGED, () -> callsOfTheDead() >= 16);
        System.out.printf("charged %d ms after the kill%n", millisSince(killed));

        onVictim.end();
        onSurvivor.end();
        assertThat(onSurvivor.answered).hasPositiveValue();
        assertThat(onSurvivor.failures).isEmpty();
        within(SOON, () -> survivor.account("held") == 0);
        assertThat(survivor.account("spent")).isGreaterThanOrEqualTo(upstream.billedNanos());
        assertThat(survivor.verified()).doesNotContain("held");
    }

    @Test
    void theBillReachesTheLimitAndNeverPassesItWhateverTheKilledNodeLeftOpen() throws Exception {
        long limit = limit(60);
        var _ = keptThroughTheVictim(20);
        victim.kill();

        assertThat(admittedBySurvivor(50)).isEqualTo(40);
        assertThat(chat(survivor).body()).contains("keymesh_budget_held");
        within(CHARGED, () -> survivor.account("held") == 0);
        assertThat(chat(survivor).body()).contains("keymesh_budget_exceeded");
        assertThat(survivor.account("spent")).isEqualTo(limit);
        assertThat(upstream.billedNanos()).isEqualTo(limit);
        assertThat(survivor.verified()).doesNotContain("held");
    }

    @Test
    void aNodeThatStoodStillForLongerThanItsHeartbeatCorrectsWhatTheOtherCharged() throws Exception {
        var _ = limit(1_000_000);
        long before = upstream.billedNanos();
        upstream.tokensOfKept = 5;
        List<CompletableFuture<HttpResponse<String>>> kept = keptThroughTheVictim(12);
        victim.halt();
        within(CHARGED, () -> survivor.account("held") == 0);
        assertThat(survivor.account("spent")).isEqualTo(before + 12 * BOUND);

        upstream.letGo();
        victim.goOn();
        for (CompletableFuture<HttpResponse<String>> call : kept) {
            assertThat(call.get().statusCode()).isEqualTo(200);
        }
        within(SOON, () -> survivor.account("spent") == upstream.billedNanos());
        within(SOON, () -> chat(victim).statusCode() == 200);
        within(SOON, () -> victim.account("held") == 0 && survivor.account("spent") == upstream.billedNanos());
        assertThat(survivor.verified()).doesNotContain("held");
    }

    /** Lets the account spend so many calls more than it has; nano-dollars in all. */
    private long limit(long calls) {
        long nanos = upstream.billedNanos() + calls * BOUND;
        survivor.admin(
                "PUT",
                "/api/v1/budgets",
                "{\"scope\":\"account\",\"period\":\"total\",\"currency\":\"USD\",\"amount\":\""
                        + BigDecimal.valueOf(nanos, 9).toPlainString() + "\"}");
        return nanos;
    }

    private HttpResponse<String> chat(NodeProcess node) {
        return node.send("POST", "/v1/chat/completions", key, BillingUpstream.body(false));
    }

    /** Calls that the upstream has billed and not answered. */
    private List<CompletableFuture<HttpResponse<String>>> keptThroughTheVictim(int calls) {
        List<CompletableFuture<HttpResponse<String>>> kept = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            kept.add(CompletableFuture.supplyAsync(
                    () -> victim.send("POST", "/v1/chat/completions", key, BillingUpstream.body(true)),
                    Executors.newVirtualThreadPerTaskExecutor()));
        }
        within(SOON, () -> upstream.kept() == calls);
        return kept;
    }

    private long admittedBySurvivor(int calls) throws InterruptedException {
        AtomicInteger admitted = new AtomicInteger();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            clients.add(Thread.startVirtualThread(() -> {
                if (chat(survivor).statusCode() == 200) {
                    admitted.incrementAndGet();
                }
            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        return admitted.get();
    }

    private long callsOfTheDead() {
        return survivor.admin("GET", "/api/v1/requests?outcome=failed&limit=100", "").getJsonArray("data").stream()
                .filter(call -> call.asJsonObject().toString().contains("process_ended"))
                .count();
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }

    private static void within(Duration time, BooleanSupplier condition) {
        long end = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("not within " + time).isLessThan(end);
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Four clients that call one node for as long as it answers. */
    private final class Load {
        final AtomicInteger answered = new AtomicInteger();
        final List<String> failures = Collections.synchronizedList(new ArrayList<>());
        private final List<Thread> clients = new ArrayList<>();
        private volatile boolean ends;

        Load(NodeProcess node) {
            for (int i = 0; i < 4; i++) {
                clients.add(Thread.startVirtualThread(() -> run(node)));
            }
        }

        private void run(NodeProcess node) {
            try {
                while (!ends) {
                    HttpResponse<String> answer = chat(node);
                    answered.incrementAndGet();
                    if (answer.statusCode() != 200) {
                        failures.add(answer.statusCode() + " " + answer.body());
                    }
                }
            } catch (NodeProcess.NoNode e) {
                failures.add(e.toString());
            }
        }

        void end() throws InterruptedException {
            ends = true;
            for (Thread client : clients) {
                client.join();
            }
        }
    }
}
