package dev.keymesh.server.cli;

import dev.keymesh.gateway.Gateway;
import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.store.Durability;
import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.server.DataFolder;
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
            names = "--durability",
            description = "power: nothing admitted is forgotten. process: a power cut may forget the last 20 ms.")
    private Durability durability = Durability.POWER;

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> environment = System.getenv();
        Path folder = data != null
                ? data
                : Path.of(text(environment, "KEYMESH_DATA", System.getProperty("user.home") + "/.keymesh"));
        String at = host != null ? host : text(environment, "KEYMESH_HOST", "127.0.0.1");
        GatewayConfig config = new GatewayConfig(
                folder,
                at,
                port(environment),
                null,
                durability,
                environment.get("KEYMESH_MASTER_KEY"),
                rootKey(environment));
        DataFolder owned = DataFolder.own(folder);
        Gateway gateway = open(config);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            gateway.close();
            owned.close();
            stopped.countDown();
        }));
        String address = "http://" + at + ":" + gateway.port();
        owned.announce(address);
        greet(spec.commandLine().getOut(), address, folder, config.rootKey() == null);
        stopped.await();
        return 0;
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
            out.println(
                    "curl " + address + "/v1/chat/completions -H \"Authorization: Bearer $(cat "
                            + folder.resolve("first.key")
                            + ")\" -H 'Content-Type: application/json' -d '{\"model\":\"demo-small\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}'");
        }
        out.flush();
    }

    private int port(Map<String, String> environment) {
        if (port != null) {
            return port;
        }
        String text = text(environment, "KEYMESH_PORT", String.valueOf(DEFAULT_PORT));
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65_535) {
            throw new StoreException("KEYMESH_PORT must be a port from 0 to 65535.");
        }
        return Integer.parseInt(text);
    }

    private static @Nullable String rootKey(Map<String, String> environment) {
        String key = text(environment, "KEYMESH_ROOT_KEY", "");
        if (key.isEmpty()) {
            return null;
        }
        if (key.length() < SHORTEST_ROOT_KEY) {
            throw new StoreException("KEYMESH_ROOT_KEY must have at least " + SHORTEST_ROOT_KEY + " characters.");
        }
        return key;
    }

    private static String text(Map<String, String> environment, String name, String otherwise) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
