package dev.keymesh.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keymesh prices}: what models cost. */
@Command(
        name = "prices",
        description = "Lists, sets and imports what models cost.",
        mixinStandardHelpOptions = true,
        subcommands = {PricesList.class, PricesSet.class, PricesImport.class})
final class Prices implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: list, set or import.");
    }
}
