package dev.keymesh.server.cli;

import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.server.fleet.Export;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code keymesh export}: what is there, as the file that {@code apply} takes. */
@Command(
        name = "export",
        description = {
            "Prints spaces, workspaces, policies, providers, prices and budgets as the file that apply takes.",
            "Keys and their budgets are not in it, nor any secret."
        },
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Override
    public Integer call() {
        try {
            PrintWriter out = spec.commandLine().getOut();
            out.print(Export.of(api.admin(System.getenv()), InstantSource.system()));
            out.flush();
            return 0;
        } catch (StoreException | KeymeshException e) {
            spec.commandLine().getErr().println("keymesh: " + e.getMessage());
            return 1;
        }
    }
}
