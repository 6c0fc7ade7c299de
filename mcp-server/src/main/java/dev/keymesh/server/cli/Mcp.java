package dev.keymesh.server.cli;

import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.sdk.HttpTransport;
import dev.keymesh.server.FolderGateway;
import dev.keymesh.server.ModelPath;
import dev.keymesh.server.Version;
import dev.keymesh.server.mcp.Backend;
import dev.keymesh.server.mcp.Caller;
import dev.keymesh.server.mcp.Engine;
import dev.keymesh.server.mcp.StdioServer;
import dev.keymesh.server.mcp.Tools;
import dev.keymesh.server.mcp.Unauthenticated;
import dev.keymesh.server.mcp.sdk.SdkEngine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code keymesh mcp}: MCP on standard input and output, until the input ends. With {@code KEYMESH_BASE_URL} it is a
 * client of that gateway, otherwise of the data folder's owner, which it becomes where there is none.
 */
@Command(
        name = "mcp",
        description =
                "Runs MCP on standard input and output. With KEYMESH_BASE_URL and KEYMESH_API_KEY it is a client of"
                        + " that gateway; without, of the data folder's gateway, which it runs itself where nobody does.",
        mixinStandardHelpOptions = true)
public final class Mcp implements Callable<Integer> {
    /** BSD's EX_CONFIG, as {@code Main} answers it. */
    private static final int CONFIGURATION = 78;

    @Mixin
    private final ServerOptions options = new ServerOptions();

    @Override
    public Integer call() throws IOException {
        PrintStream protocol = System.out;
        // Whatever else prints in this process must not come between two messages.
        System.setOut(System.err);
        Engine.Callers callers = callers(System.getenv());
        try (Engine engine = new SdkEngine(Tools.all(), Version.TEXT)) {
            new StdioServer(engine, callers, System.in, protocol).run();
        }
        return 0;
    }

    private Engine.Callers callers(Map<String, String> environment) {
        String url = ServerOptions.set(environment, "KEYMESH_BASE_URL");
        String key = ServerOptions.set(environment, "KEYMESH_API_KEY");
        return url == null ? ofFolder(options.settings(environment), key) : ofGateway(url, key);
    }

    private static Engine.Callers ofGateway(String url, @Nullable String key) {
        Backend backend = at(url);
        return () -> {
            if (key == null) {
                throw new Unauthenticated("There is no credential for the gateway of KEYMESH_BASE_URL. Set"
                        + " KEYMESH_API_KEY to a management key (kma-...) or a virtual key (km-...).");
            }
            return Caller.of(backend, key);
        };
    }

    private static Backend at(String url) {
        try {
            return new Backend(HttpTransport.to(url), ModelPath.at(url));
        } catch (IllegalArgumentException e) {
            throw new StoreException("KEYMESH_BASE_URL: " + e.getMessage());
        }
    }

    private Engine.Callers ofFolder(GatewayConfig config, @Nullable String key) {
        FolderGateway gateway = FolderGateway.open(config, Mcp::fail);
        Backend backend = gateway.backend();
        Path root = config.data().resolve("root.key");
        return () -> {
            gateway.await();
            return Caller.of(backend, key == null ? read(root) : key);
        };
    }

    private static String read(Path root) {
        try {
            return Files.readString(root).strip();
        } catch (NoSuchFileException e) {
            throw new Unauthenticated("There is no credential: KEYMESH_API_KEY is not set and " + root
                    + " is not there. Set KEYMESH_API_KEY to a management key (kma-...) or a virtual key (km-...).");
        } catch (IOException e) {
            throw new Unauthenticated("The root key in " + root + " cannot be read. Set KEYMESH_API_KEY instead.");
        }
    }

    /** A client that waits for answers is better served by an end with a reason than by silence. */
    private static void fail(Exception e) {
        System.err.println("keymesh: " + e.getMessage());
        System.exit(CONFIGURATION);
    }
}
