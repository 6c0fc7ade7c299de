package dev.keymesh.gateway;

import java.nio.file.Path;

/** Every test of {@link SettlementTest} on PostgreSQL, each on a database of its own. */
class SettlementOnPostgresTest extends SettlementTest {
    private final PostgresConfigs postgres = new PostgresConfigs();

    @Override
    GatewayConfig config(Path data) {
        return postgres.config(data);
    }
}
