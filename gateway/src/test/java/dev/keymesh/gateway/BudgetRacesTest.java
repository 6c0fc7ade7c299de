package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.store.TestPostgres;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 64 clients with 500 calls each, on nested budgets: no nano-dollar is overshot, and none is left that fits. */
class BudgetRacesTest {
    private static final int CLIENTS = 64;
    private static final int CALLS = 500;
    private static final int CAP = 20;
    /** A token of output costs 1,000 nano-dollars, so a call of 20 is bounded by 0.00002 dollars. */
    private static final String KEYS = "0.02";

    private static final String WORKSPACE = "0.030019999";
    private static final int ADMITTED = 1_500;

    @TempDir
    private Path folder;

    @Test
    void onSqliteTheyAreAdmittedExactlyAsOftenAsTheTightestBudgetsHoldTheirBound() throws Exception {
        try (TestGateway at = new TestGateway(folder)) {
            race(List.of(at));
        }
    }

    @Test
    void onPostgresqlTooWithOneNode() throws Exception {
        try (TestGateway at =
                new TestGateway(config(folder, TestPostgres.shared().fresh()))) {
            race(List.of(at));
        }
    }

    @Test
    void andWithTwo() throws Exception {
        String url = TestPostgres.shared().fresh();
        Path own = Files.createTempDirectory(folder, "a");
        Path other = Files.createTempDirectory(folder, "b");
        try (TestGateway a = new TestGateway(config(own, url))) {
            Files.copy(own.resolve("master.key"), other.resolve("master.key"));
            TestGateway b = new TestGateway(config(other, url), a, InstantSource.system());
            try {
                race(List.of(a, b));
            } finally {
                b.gateway.close();
            }
        }
    }

    private static GatewayConfig config(Path data, String url) {
        return new GatewayConfig(data, "127.0.0.1", 0, url, Durability.POWER, null, null, GatewayConfig.IDLE_TIMEOUT);
    }

    private static void race(List<TestGateway> nodes) throws Exception {
        TestGateway first = nodes.getFirst();
        budget(first, "account", "1");
        budget(first, "workspace:default/default", WORKSPACE);
        List<TestGateway.Key> keys = List.of(first.issue(KEYS), first.issue(KEYS));
        for (TestGateway node : nodes) {
            for (TestGateway.Key key : keys) {
                while (node.send("GET", "/api/v1/self", key.secret(), null).statusCode() != 200) {
                    Thread.sleep(10);
                }
            }
        }
        billsItsBound(nodes, keys);
        billsLess(nodes);
    }

    private static void billsItsBound(List<TestGateway> nodes, List<TestGateway.Key> keys) throws Exception {
        TestGateway first = nodes.getFirst();
        AtomicInteger admitted = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger clients = new AtomicInteger();
        TestGateway.together(CLIENTS, () -> {
            int client = clients.getAndIncrement();
            TestGateway node = nodes.get(client % nodes.size());
            TestGateway.Key key = keys.get(client / 2 % keys.size());
            for (int i = 0; i < CALLS; i++) {
                int status = node.chat(key.secret(), TestGateway.body(CAP, "")).statusCode();
                (status == 200 ? admitted : status == 429 ? refused : new AtomicInteger()).incrementAndGet();
            }
        });
        assertThat(admitted).hasValue(ADMITTED);
        assertThat(refused).hasValue(CLIENTS * CALLS - ADMITTED);
        assertThat(first.provider.billedOutput).hasValue((long) ADMITTED * CAP);
        assertThat(first.admin("GET", "/api/v1/budgets?scope=workspace:default/default", null))
                .contains("\"spent\":\"0.03\",\"held\":\"0\",\"remaining\":\"0.000019999\"");
        assertThat(first.admin("GET", "/api/v1/budgets?scope=account", null))
                .contains("\"spent\":\"0.03\",\"held\":\"0\"");
    }

    /** Who is told that only running calls are in the way tries again, until all is spent to within one bound. */
    private static void billsLess(List<TestGateway> nodes) throws Exception {
        TestGateway first = nodes.getFirst();
        first.provider.outputTokens = cap -> cap / 4;
        first.provider.billedOutput.set(0);
        budget(first, "workspace:default/default", "1");
        TestGateway.Key key = first.issue("0.002");
        for (TestGateway node : nodes) {
            while (node.send("GET", "/api/v1/self", key.secret(), null).statusCode() != 200) {
                Thread.sleep(10);
            }
        }
        AtomicInteger clients = new AtomicInteger();
        AtomicBoolean exceeded = new AtomicBoolean();
        TestGateway.together(CLIENTS, () -> {
            TestGateway node = nodes.get(clients.getAndIncrement() % nodes.size());
            while (!exceeded.get()) {
                HttpResponse<String> answer = node.chat(key.secret(), TestGateway.body(CAP, ""));
                exceeded.compareAndSet(false, answer.body().contains("keymesh_budget_exceeded"));
            }
        });
        assertThat(first.provider.billedOutput.get()).isBetween(2_000L - CAP, 2_000L);
        assertThat(first.budget(key)).contains("\"held\":\"0\"");
    }

    private static void budget(TestGateway at, String scope, String amount) {
        at.admin(
                "PUT",
                "/api/v1/budgets",
                "{\"scope\":\"" + scope + "\",\"period\":\"monthly\",\"amount\":\"" + amount + "\"}");
    }
}
