package dev.keymesh.gateway;

import dev.keymesh.gateway.store.Durability;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Every test of {@link DelegationTest} on PostgreSQL, each on a database of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DelegationOnPostgresTest extends DelegationTest {
    private EmbeddedPostgres postgres;

    @BeforeAll
    void startPostgres() throws IOException {
        postgres = EmbeddedPostgres.builder().start();
    }

    @AfterAll
    void stopPostgres() throws IOException {
        postgres.close();
    }

    @Override
    GatewayConfig config(Path data) {
        String name = "t" + UUID.randomUUID().toString().replace("-", "");
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        String url = postgres.getJdbcUrl("postgres", name);
        return new GatewayConfig(data, "127.0.0.1", 0, url, Durability.POWER, null, null, GatewayConfig.IDLE_TIMEOUT);
    }
}
