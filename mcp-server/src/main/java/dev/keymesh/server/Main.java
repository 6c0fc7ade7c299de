package dev.keymesh.server;

import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.server.cli.Keymesh;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.logging.LogManager;
import picocli.CommandLine;

/** The program. */
public final class Main {
    /** BSD's EX_CONFIG: what is configured cannot be used. */
    private static final int CONFIGURATION = 78;

    private Main() {}

    public static void main(String[] args) {
        logToStandardError();
        CommandLine line = Keymesh.line(args);
        line.setExecutionExceptionHandler((e, command, _) -> {
            if (e instanceof StoreException) {
                command.getErr().println("keymesh: " + e.getMessage());
                return CONFIGURATION;
            }
            throw e;
        });
        System.exit(line.execute(args));
    }

    private static void logToStandardError() {
        try (InputStream configuration = Main.class.getResourceAsStream("logging.properties")) {
            LogManager.getLogManager().readConfiguration(configuration);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
