package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Every test of {@link BatchesTest} on PostgreSQL, and what is about two nodes on it. */
class BatchesOnPostgresTest extends BatchesTest {
    private final PostgresConfigs postgres = new PostgresConfigs();

    @Override
    GatewayConfig config(Path data) {
        return postgres.config(data);
    }

    @Test
    void ofTwoNodesThatSeeItsEndOneSettlesIt() throws IOException, InterruptedException {
        Path own = Files.createDirectory(folder.resolve("b"));
        Files.copy(folder.resolve("master.key"), own.resolve("master.key"));
        GatewayConfig config = config(folder);
        GatewayConfig other = new GatewayConfig(
                own,
                config.host(),
                0,
                config.databaseUrl(),
                config.durability(),
                null,
                null,
                GatewayConfig.IDLE_TIMEOUT);
        TestGateway node = new TestGateway(other, at, InstantSource.system());
        try {
            String batch = made(uploaded(line(1, 100)));
            kept.finish(batch, "completed", answered(1, 10, 4));
            AtomicInteger turn = new AtomicInteger();
            TestGateway.together(8, () -> {
                TestGateway one = turn.getAndIncrement() % 2 == 0 ? at : node;
                assertThat(one.send("GET", "/v1/batches/" + batch, key.secret(), null)
                                .statusCode())
                        .isEqualTo(200);
            });
            assertThat(at.budget(key)).contains("\"held\":\"0\"", "\"spent\":\"0.000012\"");
            assertThat(at.admin("GET", "/api/v1/usage?groupBy=key&key=" + key.id(), null))
                    .contains("\"inputTokens\":10,");
        } finally {
            node.gateway.close();
        }
    }
}
