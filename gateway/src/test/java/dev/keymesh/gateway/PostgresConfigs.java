package dev.keymesh.gateway;

import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.store.TestPostgres;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Gateways on PostgreSQL: a database for each folder, the same one after a restart. */
final class PostgresConfigs implements AutoCloseable {
    private final Map<Path, String> urls = new HashMap<>();
    private final TestPostgres postgres = new TestPostgres();

    GatewayConfig config(Path data) {
        String url = urls.computeIfAbsent(data, _ -> postgres.fresh());
        return new GatewayConfig(data, "127.0.0.1", 0, url, Durability.POWER, null, null, GatewayConfig.IDLE_TIMEOUT);
    }

    @Override
    public void close() {
        postgres.close();
    }
}
