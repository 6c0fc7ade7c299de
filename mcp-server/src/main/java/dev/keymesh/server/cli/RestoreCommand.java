package dev.keymesh.server.cli;

import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.ledger.Verification;
import dev.keymesh.gateway.store.Backup;
import dev.keymesh.gateway.store.Database;
import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.server.DataFolder;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keymesh restore}: a backup as the database of a data folder that nobody uses. */
@Command(
        name = "restore",
        description = "Checks a backup and puts it into a data folder that has no database and that nobody uses.",
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private final ServerOptions options = new ServerOptions();

    @Parameters(paramLabel = "FILE", description = "What 'keymesh backup' wrote.")
    private Path file = Path.of("");

    @Option(names = "--force", description = "Replaces a database that is there, and keeps it beside.")
    private boolean force;

    @Override
    public Integer call() {
        GatewayConfig config = options.settings(System.getenv());
        BackupCommand.refusePostgresql(config, "restore it with pg_restore");
        InstantSource clock = InstantSource.system();
        Instant now = clock.instant();
        AtomicReference<Verification.Report> books = new AtomicReference<>();
        Path aside;
        try (var _ = DataFolder.own(config.data())) {
            aside = Backup.restore(
                    file, config.databaseFile(), force, stamp(now), copy -> books.set(checked(copy, config, now)));
        }
        say(config, Objects.requireNonNull(books.get()), aside);
        return 0;
    }

    private Verification.Report checked(Path copy, GatewayConfig config, Instant now) {
        Verification.Report report = Verification.of(Database.sqlite(copy, config.durability()), now, step -> {});
        if (!report.right()) {
            throw new StoreException("The books of " + file + " are not right, so it was not restored: "
                    + String.join(" ", report.wrong()));
        }
        return report;
    }

    private void say(GatewayConfig config, Verification.Report report, @Nullable Path aside) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                "Restored " + file + " into " + config.data() + ": " + report.calls() + " calls, the books are right.");
        if (aside != null) {
            out.println("The database that was there is now " + aside + ".");
        }
        if (config.masterKey() == null && !Files.exists(config.data().resolve("master.key"))) {
            out.println(
                    "The master key is not in a backup: before the start put the master.key that belongs to it into "
                            + config.data() + ", or set KEYMESH_MASTER_KEY.");
        }
        out.flush();
    }

    private static String stamp(Instant now) {
        return now.toString().replaceAll("[^0-9TZ]", "");
    }
}
