package dev.keymesh.server.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who sits before the command: a person whom it can ask, or a program. */
final class Terminal {
    private static final int NARROWEST = 20;

    private final Map<String, String> environment;
    private final InputStream in;
    private final @Nullable Console console;

    Terminal(Map<String, String> environment, InputStream in, @Nullable Console console) {
        this.environment = environment;
        this.in = in;
        this.console = console;
    }

    static Terminal ofProcess() {
        return new Terminal(
                System.getenv(),
                System.in,
                Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .orElse(null));
    }

    /** The width of the lines of standard output, as the launcher found it; 0 where it is no terminal. */
    int width() {
        String columns = environment.getOrDefault("KEYMESH_COLUMNS", "");
        return columns.matches("[1-9]\\d{0,3}") ? Math.max(NARROWEST, Integer.parseInt(columns)) : 0;
    }

    /** Whether what is written to standard error is seen at once, so that a bar can move there. */
    boolean showsProgress() {
        return environment.getOrDefault("KEYMESH_PROGRESS", "").equals("on");
    }

    boolean canAsk() {
        return console != null;
    }

    /** Asks a person; only y and yes agree. */
    boolean agrees(String question) {
        String answer = console == null ? null : console.readLine("%s [y/N] ", question);
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    }

    /** Asks a person for a secret, which is not shown; null where nobody can be asked or nothing is said. */
    @Nullable
    String secret(String prompt) {
        char[] said = console == null ? null : console.readPassword("%s: ", prompt);
        return said == null || said.length == 0 ? null : new String(said).strip();
    }

    /** The first line of standard input, without blanks around it; null where there is none. */
    @Nullable
    String line() {
        try {
            String line = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
            return line == null || line.isBlank() ? null : line.strip();
        } catch (IOException e) {
            return null;
        }
    }
}
