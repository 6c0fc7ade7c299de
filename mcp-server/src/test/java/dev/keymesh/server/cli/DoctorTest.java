package dev.keymesh.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.server.DataFolder;
import dev.keymesh.server.cli.TestCommands.Said;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code doctor} says of installations that are well and of such that are not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoctorTest {
    private Path folder;

    @TempDir
    private Path other;

    private DataFolder owned;
    private TestCommands keymesh;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        folder = data;
        owned = DataFolder.own(folder);
        keymesh = new TestCommands(folder);
        owned.announce(keymesh.url());
    }

    @AfterAll
    void stop() {
        keymesh.close();
        owned.close();
    }

    @Test
    void whatIsWrongIsToldWithWhatToDoAndWhatIsWellTooInOneOrder() throws Exception {
        Said well = doctor(0, InstantSource.system(), folder);
        assertThat(well.out())
                .contains("ok   The data folder", "owner lives", "It is ready", "The key works")
                .contains("note No provider", "ok   No key expires", "Nothing is wrong.")
                .doesNotContain("!    ");
        assertThat(keymesh.call("demo-small")).isEqualTo(200);
        keymesh.given("sk-canary-1234567890")
                .run(
                        0,
                        "providers",
                        "add",
                        "away",
                        "--kind",
                        "openai-compatible",
                        "--base-url",
                        "http://127.0.0.1:1/v1",
                        "--credential-stdin");
        keymesh.run(0, "budgets", "set", "account", "0.000000001", "--period", "total");
        keymesh.run(0, "keys", "issue", "Ending", "--expires-in", "P2D", "--owner", "ana@example.com");
        Files.setPosixFilePermissions(folder.resolve("root.key"), PosixFilePermissions.fromString("rw-r--r--"));
        String ill = doctor(1, InstantSource.system(), folder).out();
        Files.setPosixFilePermissions(folder.resolve("root.key"), PosixFilePermissions.fromString("rw-------"));
        assertThat(ill)
                .contains("root.key can be read or written by others", "chmod 600")
                .contains("!    The provider away does not work", "providers rotate away")
                .contains("total budget of account is used up")
                .contains("A key expires soon", "Ending", "ana@example.com")
                .contains("2 things are wrong.")
                .doesNotContain("sk-canary");
        assertThat(keymesh.run(1, "doctor", "--json").lines())
                .allSatisfy(line -> assertThat(line.keySet()).containsExactly("state", "sentence", "remedy"));
    }

    @Test
    void aClockThatIsNotTheGatewaysIsToldWithTheDifference() {
        assertThat(clocks(Duration.ZERO)).contains("ok   The gateway's clock and this machine's agree");
        assertThat(clocks(Duration.ofSeconds(3))).contains("ok   The gateway's clock and this machine's agree");
        assertThat(clocks(Duration.ofMinutes(-63)))
                .containsPattern("!    The gateway's clock is 1 h [23] min ahead of this machine's")
                .contains("-> Let both keep time by NTP", "The key works");
        assertThat(clocks(Duration.ofMinutes(90)))
                .containsPattern("!    The gateway's clock is 1 h (29|30) min behind this machine's");
    }

    /** What is said where this machine's clock is ahead by so much, whatever else is wrong. */
    private String clocks(Duration by) {
        StringWriter out = new StringWriter();
        int status = new CommandLine(new Doctor(InstantSource.offset(InstantSource.system(), by)))
                .setOut(new PrintWriter(out))
                .execute("--data", folder.toString());
        assertThat(status).isEqualTo(out.toString().contains("!    ") ? 1 : 0);
        return out.toString();
    }

    @Test
    void aNodesClockThatIsNotItsDatabasesIsTold() {
        assertThat(ClockCheck.ofDatabase("keymesh_clock_ahead_of_database_seconds -4.9\n"))
                .isEmpty();
        assertThat(ClockCheck.ofDatabase("# HELP other\n")).isEmpty();
        assertThat(ClockCheck.ofDatabase("other 1.0\nkeymesh_clock_ahead_of_database_seconds -93784.0\n"))
                .hasValueSatisfying(said -> assertThat(said.sentence()).contains("is 1 d 2 h behind its database's"));
    }

    @Test
    void aFolderThatIsNotThereOrHasNoOwnerIsTold() throws Exception {
        assertThat(doctor(1, InstantSource.system(), other.resolve("none")).out())
                .contains("!    There is no data folder", "./keymesh serve");
        Path dead = Files.createDirectories(other.resolve("dead"));
        Files.writeString(dead.resolve("server.json"), "{\"address\":\"http://127.0.0.1:1\",\"pid\":2147483647}");
        assertThat(doctor(1, InstantSource.system(), dead).out()).contains("!    The folder's owner has died.");
    }

    private static Said doctor(int status, InstantSource clock, Path folder) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int answer = new CommandLine(new Doctor(clock))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute("--data", folder.toString());
        assertThat(answer).as(out + "\n" + err).isEqualTo(status);
        return new Said(out.toString(), err.toString());
    }
}
