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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code keymesh serve}: the gateway, the REST API and MCP, until it is told to stop. */
@Command(name = "serve", description = "Runs the gateway, the REST API and MCP.", mixinStandardHelpOptions = true)
final class Serve implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private final ServerOptions options = new ServerOptions();

    @Override
    public Integer call() throws InterruptedException {
        GatewayConfig settings = options.settings(System.getenv());
        warnOfPlainHttp(settings);
        DataFolder folder = DataFolder.own(settings.data());
        Owner owner = open(folder, settings);
        CountDownLatch told = new CountDownLatch(1);
        Signals.onEnd(told::countDown, owner::hurry);
        greet(spec.commandLine().getOut(), owner.publicAddress(), settings.data(), settings.rootKey() == null);
        told.await();
        owner.close();
        return 0;
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
