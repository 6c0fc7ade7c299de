package dev.keymesh.server.cli;

import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.ledger.Verification;
import dev.keymesh.gateway.store.StoreException;
import jakarta.json.Json;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keymesh ledger}: looks at the books. */
@Command(
        name = "ledger",
        description = "Looks at the books of calls, holds and balances.",
        mixinStandardHelpOptions = true,
        subcommands = LedgerCommands.Verify.class)
final class LedgerCommands implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: verify.");
    }

    /** {@code keymesh ledger verify}: exits with 0 when the books are right, with 1 when they are not. */
    @Command(
            name = "verify",
            description = {
                "Checks the books of a database, live or not, and says what is wrong with them.",
                "Exits with 0 when they are right and with 1 when they are not. Nothing is written."
            },
            mixinStandardHelpOptions = true)
    static final class Verify implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private final ServerOptions options = new ServerOptions();

        @Option(names = "--json", description = "Answers as JSON.")
        private boolean json;

        @Override
        public Integer call() {
            GatewayConfig config = options.settings(System.getenv());
            if (config.databaseUrl() == null && !Files.isRegularFile(config.databaseFile())) {
                throw new StoreException("There is no database in " + config.data() + ".");
            }
            PrintWriter progress = spec.commandLine().getErr();
            Verification.Report report =
                    Verification.of(config.database(), InstantSource.system().instant(), step -> {
                        progress.println("checking " + step + " ...");
                        progress.flush();
                    });
            PrintWriter out = spec.commandLine().getOut();
            out.println(json ? json(report) : text(report));
            out.flush();
            return report.right() ? 0 : 1;
        }

        private static String text(Verification.Report report) {
            StringBuilder text = new StringBuilder();
            report.wrong()
                    .forEach(sentence -> text.append("WRONG ").append(sentence).append('\n'));
            report.notes()
                    .forEach(sentence -> text.append("note  ").append(sentence).append('\n'));
            String seen =
                    report.calls() + " calls, " + report.balances() + " balances, " + report.holds() + " open holds";
            return text.append(report.right() ? "The books are right: " : "The books are NOT right: ")
                    .append(seen)
                    .append('.')
                    .toString();
        }

        private static String json(Verification.Report report) {
            return Json.createObjectBuilder()
                    .add("right", report.right())
                    .add("calls", report.calls())
                    .add("balances", report.balances())
                    .add("holds", report.holds())
                    .add("wrong", Json.createArrayBuilder(report.wrong()))
                    .add("notes", Json.createArrayBuilder(report.notes()))
                    .build()
                    .toString();
        }
    }
}
