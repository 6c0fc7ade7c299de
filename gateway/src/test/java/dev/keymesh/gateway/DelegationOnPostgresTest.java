package dev.keymesh.gateway;

import java.nio.file.Path;

/** Every test of {@link DelegationTest} on PostgreSQL, each on a database of its own. */
class DelegationOnPostgresTest extends DelegationTest {
    private final PostgresConfigs postgres = new PostgresConfigs();

    @Override
    GatewayConfig config(Path data) {
        return postgres.config(data);
    }
}
