package dev.keymesh.server.cli;

import dev.keymesh.sdk.HttpTransport;
import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.WireRequest;
import dev.keymesh.sdk.WireResponse;
import dev.keymesh.server.DataFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keymesh health}: whether the gateway serves calls, for what has no client of HTTP at hand. */
@Command(
        name = "health",
        description =
                "Exits with 0 if the data folder's gateway, or that of --url, is ready, else with 1 and the reason.",
        mixinStandardHelpOptions = true)
final class Health implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    @Spec
    private CommandSpec spec;

    @Option(names = "--url", description = "A gateway's address. Default: that of the data folder's owner.")
    private @Nullable String url;

    @Option(names = "--live", description = "Asks only whether the process lives, not whether it serves calls.")
    private boolean live;

    @Mixin
    private final ServerOptions options = new ServerOptions();

    @Override
    public Integer call() {
        String address = url;
        if (address == null) {
            Path folder = options.settings(System.getenv()).data();
            Optional<String> owner = DataFolder.owner(folder);
            if (owner.isEmpty()) {
                return unwell("nobody runs a gateway on the data folder " + folder + ".");
            }
            address = owner.get();
        }
        try {
            WireResponse answer = HttpTransport.to(address, PATIENCE, PATIENCE)
                    .send(new WireRequest("GET", live ? "/livez" : "/readyz", Map.of(), null));
            String said = new String(answer.body(), StandardCharsets.UTF_8).strip();
            return answer.status() == 200 ? 0 : unwell(said.replace("\n", "; ") + " (" + answer.status() + ").");
        } catch (IllegalArgumentException e) {
            return unwell("--url: " + e.getMessage());
        } catch (KeymeshException e) {
            return unwell(String.valueOf(e.getMessage()));
        }
    }

    private int unwell(String why) {
        spec.commandLine().getErr().println("keymesh: " + why);
        return 1;
    }
}
