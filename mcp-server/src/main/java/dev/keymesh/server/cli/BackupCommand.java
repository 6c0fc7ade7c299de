package dev.keymesh.server.cli;

import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.store.Backup;
import dev.keymesh.gateway.store.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keymesh backup}: one file with everything but the master key, while the gateway runs. */
@Command(
        name = "backup",
        description = {
            "Copies the embedded database into one file, also while a gateway uses it.",
            "The master key is not in it: keep master.key, or KEYMESH_MASTER_KEY, apart."
        },
        mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private final ServerOptions options = new ServerOptions();

    @Parameters(paramLabel = "FILE", description = "The file to write; it must not exist.")
    private Path file = Path.of("");

    @Override
    public Integer call() {
        GatewayConfig config = options.settings(System.getenv());
        refusePostgresql(config, "back it up with pg_dump");
        Backup.write(config.databaseFile(), file);
        PrintWriter out = spec.commandLine().getOut();
        out.println("Wrote " + file + ", " + size(file) + " bytes, and checked it.");
        out.println("The master key is not in it. Without it the providers' credentials and the keys are lost: keep "
                + (config.masterKey() == null ? config.data().resolve("master.key") : "KEYMESH_MASTER_KEY")
                + " apart from the backup.");
        out.flush();
        return 0;
    }

    static void refusePostgresql(GatewayConfig config, String instead) {
        if (config.databaseUrl() != null) {
            throw new StoreException("The database is PostgreSQL: " + instead + ".");
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
