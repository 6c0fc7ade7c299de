package dev.keymesh.gateway;

import java.nio.file.Path;

/** Every test of {@link BudgetKindsTest} on PostgreSQL, each on a database of its own. */
class BudgetKindsOnPostgresTest extends BudgetKindsTest {
    private final PostgresConfigs postgres = new PostgresConfigs();

    @Override
    GatewayConfig config(Path data) {
        return postgres.config(data);
    }
}
