package dev.keymesh.server.cli;

import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.wire.NewPrice;
import dev.keymesh.sdk.wire.Price;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keymesh prices set}: the plain rates; conditions and dates go through the API. */
@Command(
        name = "set",
        description = "Sets a model's price, in US dollars for a million tokens; it replaces the one in force.",
        mixinStandardHelpOptions = true)
final class PricesSet implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Parameters(index = "0", paramLabel = "PROVIDER", description = "The provider's name.")
    private String provider = "";

    @Parameters(index = "1", paramLabel = "MODEL", description = "The model's name as callers send it.")
    private String model = "";

    @Option(names = "--input", required = true, description = "Of input, such as 2.50.")
    private String input = "";

    @Option(names = "--output", required = true, description = "Of output.")
    private String output = "";

    @Option(names = "--cached-input", description = "Of input read from the cache. Default: that of input.")
    private @Nullable String cachedInput;

    @Override
    public Integer call() {
        try {
            Price price =
                    api.admin(System.getenv()).prices().put(NewPrice.of(provider, model, input, cachedInput, output));
            spec.commandLine().getOut().println(price.provider() + "/" + price.model() + " is " + price.version());
            spec.commandLine().getOut().flush();
            return 0;
        } catch (KeymeshException e) {
            spec.commandLine().getErr().println("keymesh: " + e.getMessage());
            return 1;
        }
    }
}
