package dev.keymesh.gateway;

import dev.keymesh.gateway.alert.AlertSettings;
import dev.keymesh.gateway.http.Edge;
import dev.keymesh.gateway.ledger.Retention;
import dev.keymesh.gateway.store.Database;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.trace.Observed;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a process is started with; everything else is a resource of the API.
 *
 * @param data the data folder
 * @param port 0 is a free one
 * @param databaseUrl a {@code jdbc:postgresql:} URL; null is SQLite in the data folder
 * @param masterKey base64 of 32 bytes; null is {@code master.key} in the data folder
 * @param idleTimeout how long a connection may be idle between calls, or while a caller reads nothing of its answer
 * @param rootKey {@code KEYMESH_ROOT_KEY}; null is one that is issued on the first start
 * @param retention how long what is written down is kept
 * @param edge how it meets the network, and leaves it
 * @param alerts where alerts may go
 * @param observed what leaves the process about its calls
 */
public record GatewayConfig(
        Path data,
        String host,
        int port,
        @Nullable String databaseUrl,
        Durability durability,
        @Nullable String masterKey,
        @Nullable String rootKey,
        Duration idleTimeout,
        Retention retention,
        Edge edge,
        AlertSettings alerts,
        Observed observed) {
    public static final Duration IDLE_TIMEOUT = Duration.ofMinutes(2);

    /** With the default retention, in plain HTTP, ended at once, and with nothing that leaves the process. */
    public GatewayConfig(
            Path data,
            String host,
            int port,
            @Nullable String databaseUrl,
            Durability durability,
            @Nullable String masterKey,
            @Nullable String rootKey,
            Duration idleTimeout) {
        this(
                data,
                host,
                port,
                databaseUrl,
                durability,
                masterKey,
                rootKey,
                idleTimeout,
                Retention.DEFAULT,
                Edge.NONE,
                AlertSettings.DEFAULT,
                Observed.NOTHING);
    }

    /** Embedded defaults on a folder, on a free port. */
    public static GatewayConfig embedded(Path data) {
        return new GatewayConfig(data, "127.0.0.1", 0, null, Durability.POWER, null, null, IDLE_TIMEOUT);
    }

    /** The same on another port. */
    public GatewayConfig on(int other) {
        return with(other, retention, edge, alerts, observed);
    }

    /** The same with another retention. */
    public GatewayConfig keeping(Retention other) {
        return with(port, other, edge, alerts, observed);
    }

    /** The same behind another edge. */
    public GatewayConfig behind(Edge other) {
        return with(port, retention, other, alerts, observed);
    }

    /** The same with other alerts. */
    public GatewayConfig alerting(AlertSettings other) {
        return with(port, retention, edge, other, observed);
    }

    /** The same, observed in another way. */
    public GatewayConfig observed(Observed other) {
        return with(port, retention, edge, alerts, other);
    }

    private GatewayConfig with(int onPort, Retention kept, Edge behind, AlertSettings told, Observed seen) {
        return new GatewayConfig(
                data, host, onPort, databaseUrl, durability, masterKey, rootKey, idleTimeout, kept, behind, told, seen);
    }

    /** Where the rows are. */
    public Database database() {
        return databaseUrl == null
                ? Database.sqlite(databaseFile(), durability)
                : Database.postgresql(databaseUrl, durability);
    }

    /** The embedded database of the data folder. */
    public Path databaseFile() {
        return data.resolve("keymesh.db");
    }

    @Override
    public String toString() {
        return "GatewayConfig[" + data + ", " + host + ":" + port + "]";
    }
}
