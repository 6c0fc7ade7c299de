package dev.keymesh.gateway;

import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.store.TestPostgres;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Gateways on PostgreSQL: a database for each folder, the same one after a restart. */
final class PostgresConfigs {
    private final Map<Path, String> urls = new HashMap<>();

    GatewayConfig config(Path data) {
        String url = urls.computeIfAbsent(data, _ -> TestPostgres.shared().fresh());
        return new GatewayConfig(data, "127.0.0.1", 0, url, Durability.POWER, null, null, GatewayConfig.IDLE_TIMEOUT);
    }
}
