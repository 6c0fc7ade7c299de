package dev.keymesh.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.Gateway;
import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.gateway.store.StoreException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands for the books and for copies of them, as the program takes them. */
class BackupCommandTest {
    @TempDir
    private Path folder;

    @Test
    void aBackupOfALiveFolderIsVerifiedRestoredAndServed() throws Exception {
        Path data = folder.resolve("data");
        Path copy = folder.resolve("copy");
        Path again = folder.resolve("again");
        try (Gateway gateway = Gateway.open(GatewayConfig.embedded(data), InstantSource.system())) {
            assertThat(gateway.port()).isPositive();
            assertThat(said(0, "ledger", "verify", "--data", data.toString())).contains("The books are right");
            assertThat(said(0, "ledger", "verify", "--json", "--data", data.toString()))
                    .contains("\"right\":true");
            assertThat(said(0, "backup", copy.toString(), "--data", data.toString()))
                    .contains("master key is not in it");
        }
        assertThat(said(78, "backup", copy.toString(), "--data", data.toString()))
                .contains("already");
        assertThat(said(0, "restore", copy.toString(), "--data", again.toString()))
                .contains("the books are right", "put the master.key that belongs to it");
        assertThat(said(78, "restore", copy.toString(), "--data", again.toString()))
                .contains("--force");
        assertThat(said(0, "restore", copy.toString(), "--force", "--data", again.toString()))
                .contains(".before-");
        assertThat(said(78, "backup", copy.toString(), "--database", "jdbc:postgresql://h/d"))
                .contains("pg_dump");
        assertThat(said(
                        78,
                        "ledger",
                        "verify",
                        "--data",
                        folder.resolve("nothing").toString()))
                .contains("There is no database");
    }

    @Test
    void wrongBooksAreSaidAndNotRestored() throws Exception {
        Path data = folder.resolve("data");
        Gateway.open(GatewayConfig.embedded(data), InstantSource.system()).close();
        Path file = data.resolve("keymesh.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute("INSERT INTO balance (scope, provider, model, day, spent, held, requests, held_requests,"
                    + " tokens, held_tokens) VALUES ('account', '', '', 20000, 5, 0, 0, 0, 0, 0)");
        }
        assertThat(said(1, "ledger", "verify", "--data", data.toString()))
                .contains("WRONG The balance of account on 2024-10-04 says 5 spent");
        assertThat(said(
                        78,
                        "restore",
                        file.toString(),
                        "--data",
                        folder.resolve("again").toString()))
                .contains("not restored");
    }

    /** What a command prints, which must end with this status. */
    private static String said(int status, String... words) {
        StringWriter text = new StringWriter();
        CommandLine line = Keymesh.line();
        line.setOut(new PrintWriter(text, true));
        line.setErr(new PrintWriter(text, true));
        line.setExecutionExceptionHandler((e, command, _) -> {
            if (!(e instanceof StoreException)) {
                throw e;
            }
            command.getErr().println(e.getMessage());
            return 78;
        });
        int exit = line.execute(words);
        assertThat(exit).as(text.toString()).isEqualTo(status);
        return text.toString();
    }
}
