package dev.keymesh.server.cli;

import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.http.Edge;
import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.server.AlertConfig;
import dev.keymesh.server.LogFormat;
import dev.keymesh.server.ProcessConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the commands that run a gateway, with their twins in the environment and in the YAML file. */
final class ServerOptions {
    static final int DEFAULT_PORT = 8787;
    private static final int SHORTEST_ROOT_KEY = 32;

    @Option(names = "--port", description = "The port; 0 is a free one. Default: 8787, or KEYMESH_PORT.")
    private @Nullable Integer port;

    @Option(names = "--host", description = "The address to listen on. Default: 127.0.0.1, or KEYMESH_HOST.")
    private @Nullable String host;

    @Option(names = "--data", description = "The data folder. Default: ~/.keymesh, or KEYMESH_DATA.")
    private @Nullable Path data;

    @Option(
            names = "--config",
            description = "A YAML file that configures the process. Default: none, or KEYMESH_CONFIG.")
    private @Nullable Path config;

    @Option(
            names = "--database",
            description = "A jdbc:postgresql: URL with user and password. Default: SQLite in the data folder, or"
                    + " KEYMESH_DATABASE.")
    private @Nullable String database;

    @Option(
            names = "--tls-cert",
            description = "A PEM file with the server's certificate and those that signed it. Default: none, or"
                    + " KEYMESH_TLS_CERT.")
    private @Nullable Path tlsCertificate;

    @Option(names = "--tls-key", description = "A PEM file with its private key. Default: none, or KEYMESH_TLS_KEY.")
    private @Nullable Path tlsKey;

    @Option(
            names = "--log-format",
            description = "How the log is written: text or json. Default: text, or KEYMESH_LOG_FORMAT.")
    private @Nullable String logFormat;

    /** The same order as of the settings; the lines that follow are written so. */
    private void useLogFormat(Map<String, String> environment, ProcessConfig file) {
        String name = first("text", logFormat, set(environment, "KEYMESH_LOG_FORMAT"), file.text("logFormat"));
        try {
            LogFormat.of(name).use();
        } catch (IllegalArgumentException e) {
            throw new StoreException(String.valueOf(e.getMessage()));
        }
    }

    /** An option wins over the environment, which wins over the file, which wins over the default. */
    GatewayConfig settings(Map<String, String> environment) {
        String path = config != null ? config.toString() : set(environment, "KEYMESH_CONFIG");
        ProcessConfig file = path == null ? ProcessConfig.none() : ProcessConfig.read(Path.of(path));
        useLogFormat(environment, file);
        String home = System.getProperty("user.home") + "/.keymesh";
        return new GatewayConfig(
                Path.of(first(
                        home,
                        data == null ? null : data.toString(),
                        set(environment, "KEYMESH_DATA"),
                        file.text("data"))),
                first("127.0.0.1", host, set(environment, "KEYMESH_HOST"), file.text("host")),
                port(first(
                        String.valueOf(DEFAULT_PORT),
                        port == null ? null : port.toString(),
                        set(environment, "KEYMESH_PORT"),
                        file.text("port"))),
                database(first("", database, secret(environment, "KEYMESH_DATABASE"), file.text("database"))),
                file.durability(),
                emptyAsNull(first("", secret(environment, "KEYMESH_MASTER_KEY"), file.text("masterKey"))),
                rootKey(first("", secret(environment, "KEYMESH_ROOT_KEY"), file.text("rootKey"))),
                GatewayConfig.IDLE_TIMEOUT,
                file.retention(),
                new Edge(
                        tls(
                                first(
                                        "",
                                        text(tlsCertificate),
                                        set(environment, "KEYMESH_TLS_CERT"),
                                        file.text("tls.certificate")),
                                first("", text(tlsKey), set(environment, "KEYMESH_TLS_KEY"), file.text("tls.key"))),
                        file.trustedProxies(),
                        file.drain()),
                AlertConfig.of(file, secret(environment, "KEYMESH_MAIL_PASSWORD")),
                TelemetryOptions.observed(environment, file));
    }

    private static @Nullable String text(@Nullable Path path) {
        return path == null ? null : path.toString();
    }

    private static Edge.@Nullable Tls tls(String certificate, String key) {
        if (certificate.isEmpty() && key.isEmpty()) {
            return null;
        }
        if (certificate.isEmpty() || key.isEmpty()) {
            throw new StoreException(
                    "TLS needs a certificate and its key: one of --tls-cert and --tls-key (tls.certificate"
                            + " and tls.key in the file) is missing.");
        }
        return new Edge.Tls(Path.of(certificate), Path.of(key));
    }

    private static String first(String otherwise, @Nullable String... values) {
        for (String value : values) {
            if (value != null) {
                return value;
            }
        }
        return otherwise;
    }

    /** An empty variable counts as unset. */
    static @Nullable String set(Map<String, String> environment, String name) {
        return emptyAsNull(environment.getOrDefault(name, ""));
    }

    /** The same for what may be in a file instead, which the variable with {@code _FILE} names: environments are seen by many. */
    private static @Nullable String secret(Map<String, String> environment, String name) {
        String value = set(environment, name);
        String file = set(environment, name + "_FILE");
        if (file == null) {
            return value;
        }
        if (value != null) {
            throw new StoreException(name + " and " + name + "_FILE are both set. Keep one.");
        }
        try {
            String content = Files.readString(Path.of(file)).strip();
            if (content.isEmpty()) {
                // Not as if it were unset: that would be another database, or another key.
                throw new StoreException("The file " + file + " of " + name + "_FILE is empty.");
            }
            return content;
        } catch (IOException | InvalidPathException e) {
            throw new StoreException("The file " + file + " of " + name + "_FILE cannot be read.", e);
        }
    }

    private static @Nullable String emptyAsNull(String value) {
        return value.isEmpty() ? null : value;
    }

    private static @Nullable String database(String url) {
        if (!url.isEmpty() && !url.startsWith("jdbc:postgresql:")) {
            throw new StoreException(
                    "The database must be a jdbc:postgresql: URL; without one it is SQLite in the data folder.");
        }
        return emptyAsNull(url);
    }

    private static int port(String text) {
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65_535) {
            throw new StoreException("The port must be a number from 0 to 65535.");
        }
        return Integer.parseInt(text);
    }

    private static @Nullable String rootKey(String key) {
        if (!key.isEmpty() && key.length() < SHORTEST_ROOT_KEY) {
            throw new StoreException("KEYMESH_ROOT_KEY must have at least " + SHORTEST_ROOT_KEY + " characters.");
        }
        return emptyAsNull(key);
    }
}
