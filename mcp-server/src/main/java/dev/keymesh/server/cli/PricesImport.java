package dev.keymesh.server.cli;

import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.wire.NewPrice;
import dev.keymesh.sdk.wire.Price;
import dev.keymesh.server.mcp.JsonText;
import dev.keymesh.server.prices.PriceFormat;
import dev.keymesh.server.prices.PriceList;
import jakarta.json.JsonException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keymesh prices import}: own prices from a file of a known format. Nothing is fetched. */
@Command(
        name = "import",
        description = "Reads a price list, says what would change, and writes it. What is not understood is left out.",
        mixinStandardHelpOptions = true)
final class PricesImport implements Callable<Integer> {
    private static final String ROW = "%-10s %-20s %-32s %12s %12s %12s%n";
    private static final int UNPROCESSABLE = 422;

    private final InstantSource clock;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--from", required = true, description = "The format: genai-prices, litellm or models.dev.")
    private String from = "";

    @Option(names = "--provider", description = "Only this provider of the file. Default: all of them.")
    private String provider = "";

    @Option(names = "--as", description = "The name that the provider has in Keymesh. Default: as in the file.")
    private @Nullable String name;

    @Option(names = "--dry-run", description = "Only says what would change.")
    private boolean dryRun;

    @Parameters(index = "0", paramLabel = "FILE", description = "The file.")
    private Path file = Path.of("");

    PricesImport() {
        this(InstantSource.system());
    }

    PricesImport(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() {
        if (name != null && provider.isEmpty()) {
            throw wrong("--as renames one provider: name it with --provider.");
        }
        PriceList list = read();
        try {
            return write(list, api.admin(System.getenv()));
        } catch (KeymeshException e) {
            spec.commandLine().getErr().println("keymesh: " + e.getMessage());
            return 1;
        }
    }

    private PriceList read() {
        PriceFormat format = PriceFormat.of(from)
                .orElseThrow(() -> wrong("'" + from + "' is not known. Name genai-prices, litellm or models.dev."));
        try {
            return format.read(JsonText.read(Files.readAllBytes(file)), provider, clock.instant());
        } catch (IOException e) {
            throw wrong("The file " + file + " cannot be read.");
        } catch (JsonException | IllegalArgumentException e) {
            throw wrong("The file " + file + " is not taken: " + e.getMessage() + ".");
        }
    }

    /** Says what came of it also where the server cannot be asked any more. */
    private int write(PriceList list, Keymesh admin) {
        PrintWriter out = spec.commandLine().getOut();
        List<String> leftOut = new ArrayList<>(list.leftOut());
        int changes = 0;
        try (Progress progress = progress(list)) {
            List<Price> before = PricesList.all(admin, "own", null);
            out.printf(ROW, "", "PROVIDER", "MODEL", "INPUT", "CACHED", "OUTPUT");
            for (NewPrice read : list.prices()) {
                NewPrice price = PriceChange.named(read, name);
                PriceChange change = PriceChange.of(price, before);
                if (change != PriceChange.SAME && put(price, admin, leftOut)) {
                    changes++;
                    progress.hide();
                    say(change, price, out);
                    out.flush();
                }
                progress.step();
            }
        } finally {
            leftOut.forEach(what -> out.println("left out   " + what));
            out.println(list.prices().size() + " prices read, " + changes + (dryRun ? " would change, " : " written, ")
                    + leftOut.size() + " left out.");
            out.flush();
        }
        return 0;
    }

    private Progress progress(PriceList list) {
        boolean shown = !dryRun && Terminal.ofProcess().showsProgress();
        return new Progress(spec.commandLine().getErr(), list.prices().size(), shown);
    }

    /** False where the server does not take this one, which says nothing about the next. */
    private boolean put(NewPrice price, Keymesh admin, List<String> leftOut) {
        try {
            if (!dryRun) {
                admin.prices().put(price);
            }
            return true;
        } catch (KeymeshException e) {
            if (e.status() != UNPROCESSABLE) {
                throw e;
            }
            leftOut.add(price.provider() + "/" + price.model() + ": " + e.getMessage());
            return false;
        }
    }

    private static void say(PriceChange change, NewPrice price, PrintWriter out) {
        out.printf(
                ROW,
                change.name().toLowerCase(Locale.ROOT),
                price.provider(),
                price.model(),
                price.inputPerMillion(),
                Objects.requireNonNullElse(price.cachedInputPerMillion(), "-"),
                price.outputPerMillion());
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
