package dev.keymesh.gateway;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** Every test of {@link BudgetKindsTest} on PostgreSQL, each on a database of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BudgetKindsOnPostgresTest extends BudgetKindsTest {
    private PostgresConfigs postgres;

    @BeforeAll
    void startPostgres() {
        postgres = new PostgresConfigs();
    }

    @AfterAll
    void stopPostgres() {
        postgres.close();
    }

    @Override
    GatewayConfig config(Path data) {
        return postgres.config(data);
    }
}
