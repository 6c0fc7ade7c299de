package dev.keymesh.gateway;

import java.nio.file.Path;

/** The whole path on PostgreSQL: every test of {@link GatewayTest}, each on a database of its own. */
class GatewayOnPostgresTest extends GatewayTest {
    private final PostgresConfigs postgres = new PostgresConfigs();

    @Override
    GatewayConfig config(Path data) {
        return postgres.config(data);
    }
}
