package dev.keymesh.server.cli;

import dev.keymesh.gateway.Gateway;
import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.server.DataFolder;
import dev.keymesh.server.ProcessConfig;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keymesh serve}: the gateway and the REST API, until it is told to stop. */
@Command(name = "serve", description = "Runs the gateway and the REST API.", mixinStandardHelpOptions = true)
final class Serve implements Callable<Integer> {
    private static final int DEFAULT_PORT = 8787;
    private static final int SHORTEST_ROOT_KEY = 32;

    @Spec
    private CommandSpec spec;

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

    @Override
    public Integer call() throws InterruptedException {
        GatewayConfig settings = settings(System.getenv());
        DataFolder owned = DataFolder.own(settings.data());
        Gateway gateway = open(settings);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            gateway.close();
            owned.close();
            stopped.countDown();
        }));
        String address = "http://" + settings.host() + ":" + gateway.port();
        owned.announce(address);
        greet(spec.commandLine().getOut(), address, settings.data(), settings.rootKey() == null);
        stopped.await();
        return 0;
    }

    /** An option wins over the environment, which wins over the file, which wins over the default. */
    private GatewayConfig settings(Map<String, String> environment) {
        String path = config != null ? config.toString() : set(environment, "KEYMESH_CONFIG");
        ProcessConfig file = path == null ? ProcessConfig.none() : ProcessConfig.read(Path.of(path));
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
                database(first("", database, set(environment, "KEYMESH_DATABASE"), file.text("database"))),
                file.durability(),
                emptyAsNull(first("", set(environment, "KEYMESH_MASTER_KEY"), file.text("masterKey"))),
                rootKey(first("", set(environment, "KEYMESH_ROOT_KEY"), file.text("rootKey"))),
                GatewayConfig.IDLE_TIMEOUT);
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
    private static @Nullable String set(Map<String, String> environment, String name) {
        return emptyAsNull(environment.getOrDefault(name, ""));
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

    private static Gateway open(GatewayConfig config) {
        try {
            return Gateway.open(config, InstantSource.system());
        } catch (BindException e) {
            throw new StoreException(
                    "Port " + config.port() + " on " + config.host()
                            + " is taken. Name another one with --port, or 0 for a free one.",
                    e);
        }
    }

    private static void greet(PrintWriter out, String address, Path folder, boolean files) {
        out.println("Keymesh listens on " + address);
        if (files) {
            out.println("Root management key: " + folder.resolve("root.key"));
            out.println("First virtual key:   " + folder.resolve("first.key"));
            out.println();
            out.println("Try it:");
            out.println("curl " + address + "/v1/chat/completions -H \"Authorization: Bearer $(cat "
                    + quoted(folder.resolve("first.key"))
                    + ")\" -H 'Content-Type: application/json'"
                    + " -d '{\"model\":\"demo-small\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}'");
        }
        out.flush();
    }

    /** As a shell takes it for one word. */
    private static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[A-Za-z0-9/._-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
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
