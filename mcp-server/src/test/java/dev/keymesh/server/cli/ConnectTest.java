package dev.keymesh.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.gateway.store.StoreException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConnectTest {
    private static final String BLOCK_AT_TOP = """
            # >>> keymesh connect codex: replaced as a whole
            model_provider = "keymesh"
            web_search = "disabled"
            # <<< keymesh connect codex
            """;
    private static final String BLOCK_AT_END = """
            # >>> keymesh connect codex: replaced as a whole
            [model_providers.keymesh]
            name = "Keymesh"
            base_url = "http://127.0.0.1:8787/v1"
            env_key = "KEYMESH_API_KEY"
            wire_api = "responses"
            # <<< keymesh connect codex
            """;

    @TempDir
    private Path home;

    @Test
    void withoutWriteItPrintsAndTouchesNothing() throws Exception {
        assertThat(connect("claude-code"))
                .contains(
                        ".claude/settings.json",
                        "\"ANTHROPIC_BASE_URL\": \"http://127.0.0.1:8787\"",
                        "\"ANTHROPIC_AUTH_TOKEN\": \"km-test\"");
        assertThat(connect("codex")).contains(BLOCK_AT_TOP + BLOCK_AT_END).doesNotContain("km-test");
        assertThat(connect("cursor"))
                .contains(
                        "\"url\": \"http://127.0.0.1:8787/mcp\"",
                        "\"Authorization\": \"Bearer km-test\"",
                        "Override OpenAI Base URL  http://127.0.0.1:8787/v1");
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void whatIsWrittenIsReadableByItsOwnerOnly() throws Exception {
        Path settings = settings("{\"model\":\"opus\"}");
        connect("claude-code", "--write");
        connect("cursor", "--write");
        for (Path file :
                List.of(settings, settings.resolveSibling("settings.json.bak.1"), home.resolve(".cursor/mcp.json"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .as(file.toString())
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void otherMembersStayInTheirOrder() throws Exception {
        Path settings = settings("""
                {"model":"opus","env":{"OTHER":"1","ANTHROPIC_BASE_URL":"https://old"},"hooks":[1.50,null]}""");
        connect("claude-code", "--write");
        assertThat(Files.readString(settings).replaceAll("\\s", ""))
                .isEqualTo("{\"model\":\"opus\",\"env\":{\"OTHER\":\"1\","
                        + "\"ANTHROPIC_BASE_URL\":\"http://127.0.0.1:8787\",\"ANTHROPIC_AUTH_TOKEN\":\"km-test\"},"
                        + "\"hooks\":[1.50,null]}");
    }

    @Test
    void eachChangeKeepsABackupAndNoneIsOverwritten() throws Exception {
        Path settings = settings("{}");
        Files.writeString(settings.resolveSibling("settings.json.bak.1"), "somebody's");
        assertThat(connect("claude-code", "--write")).contains("settings.json.bak.2");
        String first = Files.readString(settings);
        assertThat(connect("claude-code", "--write", "--key", "km-other")).contains("settings.json.bak.3");
        assertThat(settings.resolveSibling("settings.json.bak.1")).hasContent("somebody's");
        assertThat(settings.resolveSibling("settings.json.bak.2")).hasContent("{}");
        assertThat(Files.readString(settings.resolveSibling("settings.json.bak.3")))
                .isEqualTo(first);
    }

    @Test
    void theSecondRunChangesNothing() throws Exception {
        Path settings = settings("{ \"env\":{\"ANTHROPIC_AUTH_TOKEN\":\"km-test\", "
                + "\"ANTHROPIC_BASE_URL\":\"http://127.0.0.1:8787\"} }");
        assertThat(connect("claude-code", "--write")).contains("says so already");
        connect("codex", "--write");
        assertThat(connect("codex", "--write")).contains("says so already");
        assertThat(files()).containsExactly(home.resolve(".codex/config.toml"), settings);
    }

    @Test
    void settingsThatWouldLoseSomethingAreLeftAsTheyAre() throws Exception {
        for (String text : new String[] {
            "{\n// mine\n\"env\":{}}", "{\"env\":{},}", "{\"a\":1,\"a\":2}", "{\"env\":[]}", "[]", "{", "\"a\""
        }) {
            Path settings = settings(text);
            assertThatThrownBy(() -> connect("claude-code", "--write"))
                    .as(text)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is left as it is");
            assertThat(files()).containsExactly(settings);
            assertThat(settings).hasContent(text);
        }
        assertThatThrownBy(() -> connect("claude-code", "--write")).hasMessageNotContaining("km-test");
    }

    @Test
    void aLinkStaysALink() throws Exception {
        Path real = Files.writeString(home.resolve("dotfile"), "{}");
        Files.createDirectories(home.resolve(".claude"));
        Path link = Files.createSymbolicLink(home.resolve(".claude/settings.json"), real);
        connect("claude-code", "--write");
        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(real)).contains("km-test");
    }

    @Test
    void theBlocksOfCodexStandAroundWhatIsThereAndAreReplaced() throws Exception {
        String owners = "model = \"gpt-5.4\"\n\n[projects.\"/x\"]\ntrust_level = \"trusted\"\n";
        Path config = codex(owners);
        connect("codex", "--write");
        assertThat(config).hasContent(BLOCK_AT_TOP + owners + BLOCK_AT_END);
        connect("codex", "--write", "--url", "https://keymesh.example.com/");
        assertThat(config)
                .hasContent(BLOCK_AT_TOP
                        + owners
                        + BLOCK_AT_END.replace("http://127.0.0.1:8787", "https://keymesh.example.com"));
    }

    @Test
    void theOwnersChoiceOfAProviderStays() throws Exception {
        String owners = "model_provider = \"azure\" # mine\n[model_providers.azure]\nname = \"Azure\"";
        Path config = codex(owners);
        assertThat(connect("codex", "--write")).contains("codex -c model_provider=keymesh");
        assertThat(config).hasContent(owners + "\n" + BLOCK_AT_END);
    }

    @Test
    void theOwnersChoiceOfTheWebSearchStays() throws Exception {
        String owners = "web_search = \"live\"\n";
        Path config = codex(owners);
        connect("codex", "--write");
        assertThat(config).hasContent(BLOCK_AT_TOP.replace("web_search = \"disabled\"\n", "") + owners + BLOCK_AT_END);
    }

    @Test
    void whatOnlyLooksLikeAChoiceIsNone() throws Exception {
        String owners = "notes = '''\n[x]\nmodel_provider = 1\n'''\n[profile]\nmodel_provider = \"azure\"\n";
        Path config = codex(owners);
        connect("codex", "--write");
        assertThat(config).hasContent(BLOCK_AT_TOP + owners + BLOCK_AT_END);
    }

    @Test
    void aConfigurationOfCodexThatWouldBreakIsLeftAsItIs() throws Exception {
        for (String text : new String[] {
            "[model_providers.keymesh]\nname = \"mine\"",
            "[ model_providers . \"keymesh\" ]",
            "model_providers.keymesh.name = \"mine\"",
            "model_providers = { }",
            BLOCK_AT_TOP.replace("# <<<", "#"),
            "# <<< keymesh connect codex"
        }) {
            Path config = codex(text);
            assertThatThrownBy(() -> connect("codex", "--write"))
                    .as(text)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is left as it is");
            assertThat(files()).containsExactly(config);
        }
    }

    @Test
    void aWrongClientKeyOrAddressIsToldWithWhatToDo() {
        assertThat(refusal(Map.of(), "vim", "--key", "km-x")).contains("claude-code, codex or cursor");
        assertThat(refusal(Map.of(), "codex")).contains("--key km-...");
        assertThat(refusal(Map.of("KEYMESH_API_KEY", ""), "codex")).contains("--key km-...");
        assertThat(refusal(Map.of(), "codex", "--key", "kma-x")).contains("Issue a virtual key");
        assertThat(refusal(Map.of(), "codex", "--key", "km-x\ny")).doesNotContain("km-x\ny");
        for (String url :
                new String[] {"keymesh", "ftp://x", "http://", "http://u:p@x", "http://x?y", "http://x/\"", "/v1"}) {
            assertThat(refusal(Map.of(), "codex", "--key", "km-x", "--url", url))
                    .contains("is not the address");
        }
    }

    @Test
    void theAddressIsTheOptionsElseTheVariablesElseTheOwners() throws Exception {
        Path data = Files.createDirectories(home.resolve("data"));
        Files.writeString(data.resolve("server.json"), "{\"address\":\"http://127.0.0.1:4711\",\"pid\":1}");
        Map<String, String> folder = Map.of("KEYMESH_DATA", data.toString(), "KEYMESH_API_KEY", "km-test");
        assertThat(run(folder, "codex")).contains("\"http://127.0.0.1:4711/v1\"");
        Map<String, String> gateway = Map.of("KEYMESH_BASE_URL", "https://a.example/", "KEYMESH_API_KEY", "km-test");
        assertThat(run(gateway, "codex")).contains("\"https://a.example/v1\"");
        assertThat(run(gateway, "codex", "--url", "https://b.example/v1")).contains("\"https://b.example/v1\"");
    }

    private Path settings(String text) throws IOException {
        return Files.writeString(
                Files.createDirectories(home.resolve(".claude")).resolve("settings.json"), text);
    }

    private Path codex(String text) throws IOException {
        return Files.writeString(Files.createDirectories(home.resolve(".codex")).resolve("config.toml"), text);
    }

    private List<Path> files() throws IOException {
        try (var walk = Files.walk(home)) {
            return walk.filter(Files::isRegularFile).sorted().toList().reversed();
        }
    }

    /** Runs it for the key km-test at the default address; an option given again wins. */
    private String connect(String... arguments) throws Exception {
        Map<String, String> environment = Map.of(
                "KEYMESH_API_KEY",
                "km-test",
                "KEYMESH_DATA",
                home.resolve("none").toString());
        return run(environment, arguments);
    }

    private String run(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        Connect connect = new Connect(environment);
        new CommandLine(connect).setOut(new PrintWriter(out)).parseArgs(all(arguments));
        assertThat(connect.call()).isZero();
        return out.toString();
    }

    private String refusal(Map<String, String> environment, String... arguments) {
        StringWriter err = new StringWriter();
        int status = new CommandLine(new Connect(environment))
                .setErr(new PrintWriter(err))
                .execute(all(arguments));
        assertThat(status).as(err.toString()).isEqualTo(CommandLine.ExitCode.USAGE);
        return err.toString();
    }

    private String[] all(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--home", home.toString()));
        return all.toArray(String[]::new);
    }
}
