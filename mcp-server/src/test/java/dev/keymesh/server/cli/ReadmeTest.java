package dev.keymesh.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell lines of README.md and the line that {@code serve} prints, run as they are against a real server. */
class ReadmeTest {
    private static final Pattern SHELL_BLOCK = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern ADDRESS = Pattern.compile("\"address\":\"([^\"]+)\"");
    private static final Path README = Path.of("..", "README.md");

    @TempDir
    private Path folder;

    private Path data;
    private Process server;
    private String address;

    @BeforeEach
    void serve() throws Exception {
        for (String program : new String[] {"bash", "curl"}) {
            assumeTrue(runs(program), "Left out: the README's commands need " + program + ", which is not here.");
        }
        data = folder.resolve("a data folder");
        ProcessBuilder serve = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.keymesh.server.Main",
                        "serve",
                        "--port",
                        "0",
                        "--data",
                        data.toString())
                .redirectOutput(folder.resolve("printed").toFile())
                .redirectError(folder.resolve("logged").toFile());
        serve.environment().keySet().removeIf(name -> name.startsWith("KEYMESH_"));
        server = serve.start();
        address = address();
        // HTTP's errors become exit codes, so that a line which is refused is a line that fails.
        Files.writeString(folder.resolve(".curlrc"), "fail\nsilent\nshow-error\nmax-time = 30\n");
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (server != null) {
            server.destroy();
            assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void theShellLinesOfTheReadmeDoWhatItSays() throws Exception {
        String readme = Files.readString(README);
        List<String> blocks = SHELL_BLOCK
                .matcher(readme)
                .results()
                .map(block -> block.group(1))
                .filter(block -> !block.contains("./keymesh"))
                .toList();
        assertThat(blocks).hasSize(3);
        assertThat(bash(String.join("\n", blocks)))
                .containsSubsequence(
                        "chat.completion",
                        "chat.completion",
                        "\"amount\":\"5\"",
                        "\"model\":\"demo-small\"",
                        "\"status\":\"revoked\"",
                        "\"kind\":\"openai\"",
                        "\"model\":\"gpt-5.4\"");
    }

    @Test
    void theLineThatServePrintsWorks() throws Exception {
        String line = Files.readAllLines(folder.resolve("printed")).stream()
                .filter(printed -> printed.startsWith("curl "))
                .findFirst()
                .orElseThrow();
        assertThat(bash(line)).contains("chat.completion");
    }

    /** What the script prints; it must exit with 0. */
    private String bash(String script) throws Exception {
        ProcessBuilder bash = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script).redirectErrorStream(true);
        bash.environment()
                .putAll(Map.of(
                        "CURL_HOME",
                        folder.toString(),
                        "KEYMESH_DATA",
                        data.toString(),
                        "KEYMESH_BASE_URL",
                        address,
                        "OPENAI_API_KEY",
                        "sk-never-sent-anywhere"));
        Process process = bash.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }

    private String address() throws Exception {
        Path file = data.resolve("server.json");
        for (int i = 0; i < 300 && server.isAlive(); i++) {
            if (Files.exists(file) && Files.size(folder.resolve("printed")) > 0) {
                var found = ADDRESS.matcher(Files.readString(file));
                if (found.find()) {
                    return found.group(1);
                }
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("The server did not start: " + Files.readString(folder.resolve("logged")));
    }

    private static boolean runs(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
