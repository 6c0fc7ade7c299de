package dev.keymesh.server.cli;

import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.Price;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keymesh prices list}. */
@Command(name = "list", description = "Lists the own prices, or the shipped ones.", mixinStandardHelpOptions = true)
final class PricesList implements Callable<Integer> {
    private static final String ROW = "%-20s %-32s %12s %12s %12s  %s%n";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--catalogue", description = "The prices that Keymesh is shipped with, by kind of provider.")
    private boolean catalogue;

    @Option(names = "--provider", description = "Only this provider's.")
    private @Nullable String provider;

    @Option(names = "--json", description = "Prints the server's JSON, an object a line.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            List<Price> prices = all(api.admin(System.getenv()), catalogue ? "catalogue" : "own", provider);
            if (json) {
                prices.forEach(price -> out.println(new String(Json.toBytes(price), StandardCharsets.UTF_8)));
                out.flush();
                return 0;
            }
            out.printf(ROW, "PROVIDER", "MODEL", "INPUT", "CACHED", "OUTPUT", "FROM");
            for (Price price : prices) {
                String cached = price.cachedInputPerMillion();
                out.printf(
                        ROW,
                        price.provider(),
                        price.model(),
                        price.inputPerMillion(),
                        cached == null ? "-" : cached,
                        price.outputPerMillion(),
                        price.effectiveFrom()
                                + (price.overrides().isEmpty()
                                        ? ""
                                        : ", " + price.overrides().size() + " overrides"));
            }
            out.println(prices.size() + " prices, US dollars for a million tokens.");
            out.flush();
            return 0;
        } catch (KeymeshException e) {
            spec.commandLine().getErr().println("keymesh: " + e.getMessage());
            return 1;
        }
    }

    static List<Price> all(Keymesh admin, String source, @Nullable String provider) {
        List<Price> all = new ArrayList<>();
        Query query =
                Query.all().where("source", source).where("provider", provider).limit(100);
        Page<Price> page = admin.prices().list(query);
        all.addAll(page.data());
        while (page.pagination().hasMore()) {
            page = admin.prices().list(query.after(page.pagination().nextCursor()));
            all.addAll(page.data());
        }
        return all;
    }
}
