package dev.keymesh.server.cli;

import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.server.DataFolder;
import dev.keymesh.server.Owner;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code keymesh serve}: the gateway, the REST API and MCP, until it is told to stop. */
@Command(name = "serve", description = "Runs the gateway, the REST API and MCP.", mixinStandardHelpOptions = true)
final class Serve implements Callable<Integer> {
    /** What a shell says of a process that SIGTERM ended. */
    private static final int KILLED_BY_TERM = 143;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final ServerOptions options = new ServerOptions();

    @Override
    public Integer call() throws InterruptedException {
        GatewayConfig settings = options.settings(System.getenv());
        warnOfPlainHttp(settings);
        DataFolder folder = DataFolder.own(settings.data());
        CountDownLatch told = new CountDownLatch(1);
        AtomicReference<@Nullable Owner> opened = new AtomicReference<>();
        // Before the address is announced: whoever reads it may already tell this process to end.
        Signals.onEnd(told::countDown, () -> hurry(opened.get()));
        Owner owner = open(folder, settings);
        opened.set(owner);
        greet(spec.commandLine().getOut(), owner.publicAddress(), settings.data(), settings.rootKey() == null);
        told.await();
        owner.close();
        return 0;
    }

    /** Does not wait for the calls that run, nor for a start that has not ended: the next one resolves what it left. */
    private static void hurry(@Nullable Owner owner) {
        if (owner == null) {
            Runtime.getRuntime().halt(KILLED_BY_TERM);
        } else {
            owner.hurry();
        }
    }

    /** Keys in plain HTTP beyond this machine are read by whoever is on the way. */
    private void warnOfPlainHttp(GatewayConfig settings) {
        boolean loopback = settings.host().matches("localhost|127(\\.\\d+){3}|\\[?::1]?");
        if (!loopback
                && settings.edge().tls() == null
                && settings.edge().trustedProxies().isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "keymesh: listening on " + settings.host() + " in plain HTTP: keys can be read on the way."
                                    + " Set tls.certificate and tls.key, or trustedProxies where a proxy speaks TLS before it.");
        }
    }

    private static Owner open(DataFolder folder, GatewayConfig config) {
        try {
            return Owner.open(folder, config);
        } catch (BindException e) {
            throw new StoreException(
                    "Port " + config.port() + " on " + config.host()
                            + " is taken. Name another one with --port, or 0 for a free one.",
                    e);
        }
    }

    private static void greet(PrintWriter out, String address, Path folder, boolean files) {
        out.println("Keymesh listens on " + address);
        out.println("Dashboard: " + address + "/, sign in with "
                + (files ? "the key in " + folder.resolve("root.key") : "KEYMESH_ROOT_KEY or another management key"));
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
}
