package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.access.TestKeys;
import dev.keymesh.gateway.metric.ExpositionText;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.store.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL that hangs, stops or drops its connections: calls are refused, none gets through, and it heals. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseAwayTest {
    private TestPostgres postgres;
    private TestGateway at;
    private TestGateway.Key limited;
    private TestGateway.Key free;

    @TempDir
    private Path folder;

    @BeforeAll
    void startPostgres() {
        postgres = new TestPostgres();
    }

    @AfterAll
    void stopPostgres() {
        postgres.close();
    }

    @BeforeEach
    void start() throws Exception {
        at = new TestGateway(new GatewayConfig(
                java.nio.file.Files.createTempDirectory(folder, "a"),
                "127.0.0.1",
                0,
                postgres.fresh(),
                Durability.POWER,
                null,
                null,
                GatewayConfig.IDLE_TIMEOUT));
        limited = at.issue("1.00");
        String answer = at.admin("POST", "/api/v1/spaces/default/keys", "{\"title\":\"t\"}");
        free = new TestGateway.Key(TestGateway.member(answer, "id"), TestGateway.member(answer, "secret"));
        assertThat(status(limited)).isEqualTo(200);
        assertThat(status(free)).isEqualTo(200);
    }

    @AfterEach
    void stop() {
        at.close();
    }

    @Test
    void whileTheDatabaseHangsNothingIsForwardedAndItHeals() {
        postgres.hang();
        try {
            refusedUnderABudgetAtOnceAndEverywhereSoon();
        } finally {
            postgres.goOn();
        }
        healed();
    }

    @Test
    void whileTheDatabaseIsDownNothingIsForwardedAndItHeals() {
        postgres.stop();
        try {
            refusedUnderABudgetAtOnceAndEverywhereSoon();
        } finally {
            postgres.startAgain();
        }
        healed();
    }

    @Test
    void connectionsThatTheDatabaseEndsAreOpenedAgain() {
        postgres.disconnectAll();
        int first = status(limited);
        assertThat(first).isIn(200, 503);
        healed();
    }

    private void refusedUnderABudgetAtOnceAndEverywhereSoon() {
        long billed = at.provider.calls.get();
        long asked = System.nanoTime();
        assertThat(status(limited)).isEqualTo(503);
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofMillis(2_500));
        assertThat(at.provider.calls).hasValue(billed);
        assertThat(at.chat(TestKeys.unheardOf(), TestGateway.body(1, "")).statusCode())
                .as("another node may have issued it")
                .isEqualTo(503);
        NodesTest.within(Duration.ofSeconds(4), () -> status(free) == 503);
        billed = at.provider.calls.get();
        assertThat(at.chat(free.secret(), TestGateway.body(1, "")).body())
                .contains("\"error\":{")
                .contains("unavailable");
        assertThat(at.send("POST", "/v1/messages", free.secret(), "{}").body()).contains("\"type\":\"error\"");
        assertThat(at.send("GET", "/v1/models", free.secret(), null).statusCode())
                .isEqualTo(503);
        assertThat(at.send("GET", "/api/v1/spaces", at.root, null).body()).contains("\"code\":\"unavailable\"");
        assertThat(at.send("GET", "/readyz", at.root, null).statusCode()).isEqualTo(503);
        assertThat(at.send("GET", "/livez", at.root, null).statusCode()).isEqualTo(200);
        assertThat(feedAge()).isGreaterThan(3);
        assertThat(at.send("GET", "/metrics", at.root, null, "via", "1.1 proxy").statusCode())
                .isEqualTo(503);
        assertThat(at.provider.calls).hasValue(billed);
    }

    /** Nothing of what was refused is charged or held. */
    private void healed() {
        NodesTest.within(Duration.ofSeconds(10), () -> status(limited) == 200 && status(free) == 200);
        assertThat(at.send("GET", "/readyz", at.root, null).statusCode()).isEqualTo(200);
        NodesTest.within(Duration.ofSeconds(10), () -> feedAge() > 0 && feedAge() < 3);
        NodesTest.within(
                Duration.ofSeconds(10),
                () -> at.send("GET", "/api/v1/budgets?scope=key:" + limited.id(), at.root, null)
                        .body()
                        .contains("\"held\":\"0\""));
    }

    /** As this machine itself may ask for it. */
    private double feedAge() {
        return new ExpositionText(at.send("GET", "/metrics", at.root, null).body()).sum("keymesh_feed_age_seconds");
    }

    private int status(TestGateway.Key key) {
        return at.chat(key.secret(), TestGateway.body(1, "")).statusCode();
    }
}
