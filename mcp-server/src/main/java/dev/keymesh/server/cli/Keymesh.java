package dev.keymesh.server.cli;

import dev.keymesh.server.Version;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code keymesh}. */
@Command(
        name = "keymesh",
        description = "Virtual keys, hard budgets and policy for language models and tools.",
        mixinStandardHelpOptions = true,
        version = "keymesh " + Version.TEXT)
public final class Keymesh implements Runnable {
    private static final List<Class<?>> COMMANDS = List.of(
            Serve.class,
            Mcp.class,
            Demo.class,
            Connect.class,
            Health.class,
            Doctor.class,
            KeysCommands.class,
            WorkspacesCommands.class,
            SpacesCommands.class,
            BudgetsCommands.class,
            ProvidersCommands.class,
            Prices.class,
            UsageCommand.class,
            RequestsCommands.class,
            EventsCommand.class,
            WebhooksCommands.class,
            ManagementKeysCommands.class,
            PolicyCommands.class,
            Apply.class,
            ExportCommand.class,
            LedgerCommands.class,
            BackupCommand.class,
            RestoreCommand.class,
            Completion.class,
            CommandLine.HelpCommand.class);

    @Spec
    private CommandSpec spec;

    /** All commands. */
    public static CommandLine line() {
        return line(CommandLine.defaultFactory());
    }

    /** All commands, each made by the factory. */
    static CommandLine line(CommandLine.IFactory factory) {
        CommandLine line = new CommandLine(new Keymesh(), factory);
        COMMANDS.forEach(line::addSubcommand);
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command.");
    }
}
