package dev.keymesh.server;

import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.server.cli.Keymesh;
import dev.keymesh.server.cli.Mcp;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.logging.LogManager;
import picocli.CommandLine;

/** The program. */
public final class Main {
    /** BSD's EX_CONFIG: what is configured cannot be used. */
    private static final int CONFIGURATION = 78;

    private Main() {}

    public static void main(String[] args) {
        logToStandardError();
        System.exit(List.of(args).equals(List.of("mcp")) ? bareMcp() : command(args));
    }

    /**
     * What every client's configuration starts, and an agent waits for. Without options there is nothing to parse, and
     * a start-up cache cannot hold picocli, whose classes are of the format of Java 5: that is 200 ms.
     */
    private static int bareMcp() {
        try {
            return new Mcp().call();
        } catch (StoreException e) {
            System.err.println("keymesh: " + e.getMessage());
            return CONFIGURATION;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int command(String... args) {
        CommandLine line = Keymesh.line();
        line.setExecutionExceptionHandler((e, command, _) -> {
            if (e instanceof StoreException) {
                command.getErr().println("keymesh: " + e.getMessage());
                return CONFIGURATION;
            }
            throw e;
        });
        return line.execute(args);
    }

    private static void logToStandardError() {
        try (InputStream configuration = Main.class.getResourceAsStream("logging.properties")) {
            LogManager.getLogManager().readConfiguration(configuration);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
