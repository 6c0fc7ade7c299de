package dev.keymesh.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.server.cli.TestCommands.Said;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The commands that ask a gateway, each verb against one that runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandsTest {
    private static final String CREDENTIAL = "sk-canary-1234567890";

    private Path folder;

    private TestCommands keymesh;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        folder = data;
        keymesh = new TestCommands(folder);
    }

    @AfterAll
    void stop() {
        keymesh.close();
    }

    @Test
    void aKeyIsIssuedListedDisabledEnabledAndRevoked() {
        Said issued = keymesh.run(
                0,
                "keys",
                "issue",
                "Ana's",
                "--budget",
                "5.00",
                "--models",
                "demo-small,demo-large",
                "--owner",
                "ana@example.com",
                "--tag",
                "a",
                "--tag",
                "b",
                "--expires-in",
                "P3D",
                "--json");
        JsonObject key = issued.object();
        String id = key.getString("id");
        assertThat(key.getString("secret")).startsWith("km-");
        assertThat(key.getJsonArray("tags")).hasSize(2);
        assertThat(issued.err()).isEmpty();
        Said listed = keymesh.run(0, "keys", "list", "--owner", "ana@example.com");
        assertThat(listed.out())
                .contains("ID", "EXPIRES AT", id, "active", "Ana's")
                .doesNotContain(key.getString("secret"));
        assertThat(keymesh.run(0, "keys", "list", "--json").lines()).isNotEmpty();
        assertThat(keymesh.run(0, "keys", "show", id).out())
                .contains("policy.allowedModels", "demo-small,demo-large", "key:" + id, "monthly");
        assertThat(keymesh.run(0, "keys", "disable", id).out()).contains("is disabled");
        assertThat(keymesh.run(0, "keys", "enable", id).out()).contains("is active");
        assertThat(keymesh.run(2, "keys", "revoke", id).err()).contains("--yes");
        assertThat(keymesh.run(0, "keys", "show", id, "--json").object().getString("status"))
                .isEqualTo("active");
        assertThat(keymesh.run(0, "keys", "revoke", id, "--yes").out()).contains("is revoked");
        assertThat(keymesh.run(2, "keys", "issue", "x", "--expires-in", "soon").err())
                .contains("--expires-in must be");
        assertThat(keymesh.run(2, "keys", "issue", "x", "--period", "daily").err())
                .contains("--budget");
    }

    @Test
    void theKeysOfAFileAreIssuedAllOrNone() throws Exception {
        Path table = Files.writeString(
                folder.resolve("people.csv"),
                "title,owner,budgetAmount,budgetPeriod\nIda,ida@example.com,5.00,monthly\nJan,jan@example.com,,\n");
        List<JsonObject> issued =
                keymesh.run(0, "keys", "issue-all", table.toString(), "--json").lines();
        assertThat(issued).hasSize(2);
        Said links = keymesh.run(0, "keys", "issue-all", table.toString(), "--claim", "--claim-expires-in", "PT1H");
        assertThat(links.out()).contains("CLAIM URL", "/claim/", "Ida").doesNotContain("km-");
        Path list = Files.writeString(folder.resolve("people.json"), "[{\"title\":\"Kim\"},{\"title\":\"Lea\"}]");
        Said secrets = keymesh.run(0, "keys", "issue-all", list.toString());
        assertThat(secrets.out()).containsPattern("Kim .* km-\\w{20}").containsPattern("Lea .* km-\\w{20}");
        assertThat(secrets.err()).contains("2 keys are issued", "this once");
        Path wrong = Files.writeString(
                folder.resolve("wrong.csv"), "title,budgetAmount,budgetPeriod\nMia,5.00,total\nNil,much,total\n");
        assertThat(keymesh.run(1, "keys", "issue-all", wrong.toString()).err()).contains("line 3");
        assertThat(keymesh.run(0, "keys", "list", "--search", "Mia").out()).contains("None.");
        Path text = Files.writeString(folder.resolve("text.json"), "{\"title\":\"Kim\"}");
        assertThat(keymesh.run(2, "keys", "issue-all", text.toString()).err()).contains("must hold a list");
    }

    @Test
    void aWorkspacesPolicyIsSetByOptionsAndByAFile() throws Exception {
        assertThat(keymesh.run(0, "spaces", "create", "acme", "--json").object().getString("id"))
                .isEqualTo("acme");
        keymesh.run(0, "workspaces", "create", "prod", "--space", "acme", "--deny-models", "o3");
        assertThat(keymesh.run(0, "workspaces", "policy", "prod", "--space", "acme", "--models", "demo-*")
                        .out())
                .contains("allowedModels", "demo-*", "deniedModels", "o3");
        Path file = Files.writeString(folder.resolve("policy.json"), "{\"deniedModels\":null,\"toolAllowlist\":[]}");
        JsonObject policy = keymesh.run(
                        0, "workspaces", "policy", "prod", "--space", "acme", "--file", file.toString(), "--json")
                .object();
        assertThat(policy.isNull("deniedModels")).isTrue();
        assertThat(policy.getJsonArray("toolAllowlist")).isEmpty();
        assertThat(keymesh.run(0, "workspaces", "list", "--space", "acme").out())
                .contains("prod", "demo-*", "none");
        assertThat(keymesh.run(0, "workspaces", "show", "prod", "--space", "acme")
                        .out())
                .contains("policy.allowedModels");
        assertThat(keymesh.run(0, "workspaces", "policy", "default", "--space", "acme")
                        .out())
                .contains("nothing is restricted");
        Files.writeString(file, "{\"deniedModel\":[\"x\"]}");
        assertThat(keymesh.run(1, "workspaces", "policy", "prod", "--space", "acme", "--file", file.toString())
                        .err())
                .contains("keymesh: ", "/policy/deniedModel", "422");
        Files.writeString(file, "[]");
        assertThat(keymesh.run(2, "workspaces", "policy", "prod", "--file", file.toString())
                        .err())
                .contains("is not an object");
        assertThat(keymesh.run(2, "spaces", "disable", "acme").err()).contains("--yes");
        assertThat(keymesh.run(0, "spaces", "disable", "acme", "--yes").out()).contains("is disabled");
        assertThat(keymesh.run(0, "spaces", "list").out()).contains("acme", "disabled");
        assertThat(keymesh.run(0, "spaces", "enable", "acme").out()).contains("is active");
        assertThat(keymesh.run(0, "spaces", "show", "acme").out()).contains("active");
    }

    @Test
    void aBudgetIsSetListedAndDeleted() {
        String[] which = {"--period", "daily", "--unit", "requests"};
        assertThat(keymesh.run(
                                0,
                                "budgets",
                                "set",
                                "workspace:default/default",
                                "7",
                                "--period",
                                "daily",
                                "--unit",
                                "requests")
                        .out())
                .contains("amount", "7", "requests");
        assertThat(keymesh.run(0, "budgets", "set", "space:default", "none", "--json")
                        .object()
                        .isNull("amount"))
                .isTrue();
        assertThat(keymesh.run(0, "budgets", "list", "--scope", "workspace:default/default")
                        .out())
                .contains("SCOPE", "RESETS AT", "daily");
        assertThat(keymesh.run(2, "budgets", "delete", "workspace:default/default", which[0], which[1])
                        .err())
                .contains("--yes");
        assertThat(keymesh.run(
                                0,
                                "budgets",
                                "delete",
                                "workspace:default/default",
                                "--yes",
                                which[0],
                                which[1],
                                which[2],
                                which[3])
                        .out())
                .contains("is deleted");
        assertThat(keymesh.run(0, "budgets", "list", "--scope", "workspace:default/default")
                        .out())
                .isEqualToIgnoringNewLines("None.");
        assertThat(keymesh.run(1, "budgets", "set", "account", "much").err()).contains("/amount");
    }

    @Test
    void aProvidersCredentialIsReadFromStandardInputAndNeverShown() {
        Said added = keymesh.given(CREDENTIAL + "\n")
                .run(
                        0,
                        "providers",
                        "add",
                        "local",
                        "--kind",
                        "openai-compatible",
                        "--base-url",
                        "http://127.0.0.1:1/v1",
                        "--credential-stdin");
        Said listed = keymesh.run(0, "providers", "list");
        Said tested = keymesh.run(1, "providers", "test", "local");
        Said rotated = keymesh.given("sk-other-canary-1").run(0, "providers", "rotate", "local", "--credential-stdin");
        assertThat(tested.out()).contains("local does not work");
        assertThat(listed.out()).contains("local", "true");
        for (Said said : new Said[] {added, listed, tested, rotated}) {
            assertThat(said.out() + said.err()).doesNotContain(CREDENTIAL, "sk-other-canary-1");
        }
        assertThat(keymesh.run(0, "providers", "disable", "local").out()).contains("is disabled");
        assertThat(keymesh.run(0, "providers", "enable", "local", "--json")
                        .object()
                        .getBoolean("enabled"))
                .isTrue();
        assertThat(keymesh.run(2, "providers", "rotate", "local").err()).contains("--credential-stdin");
        assertThat(keymesh.given("")
                        .run(2, "providers", "rotate", "local", "--credential-stdin")
                        .err())
                .contains("first line");
        assertThat(keymesh.run(0, "providers", "delete", "local", "--yes").out())
                .contains("is deleted");
        assertThat(keymesh.run(1, "providers", "test", "local").err()).contains("404");
    }

    @Test
    void callsAreListedShownAndSummed() throws Exception {
        assertThat(keymesh.call("demo-small")).isEqualTo(200);
        JsonObject call = keymesh.run(0, "requests", "--limit", "1", "--json").object();
        assertThat(call.getString("model")).isEqualTo("demo-small");
        assertThat(keymesh.run(0, "requests", "list").out()).contains("STARTED AT", "demo-small");
        assertThat(keymesh.run(0, "requests", "show", call.getString("id")).out())
                .contains("durationMs");
        assertThat(keymesh.run(0, "usage", "--by", "model,day", "--start", "2020-01-01")
                        .out())
                .contains("MODEL", "DAY", "COST", "demo-small");
        assertThat(keymesh.run(0, "usage", "--json").object().getInt("requests"))
                .isPositive();
        assertThat(keymesh.run(0, "usage", "--by", "model", "--csv").out())
                .startsWith("model,")
                .contains("demo-small,");
        assertThat(keymesh.run(1, "usage", "--by", "colour").err()).contains("keymesh: ");
        assertThat(keymesh.run(0, "events", "--limit", "3").out()).contains("ACTION", "TARGET");
    }

    @Test
    void whoMayWhatIsAskedAndSecretsAreNoArguments() {
        JsonObject key = keymesh.run(0, "keys", "issue", "checked", "--models", "demo-small", "--json")
                .object();
        String id = key.getString("id");
        assertThat(keymesh.run(0, "policy", "check", id, "--model", "demo-small")
                        .out())
                .contains("allowed");
        assertThat(keymesh.run(1, "policy", "check", id, "--model", "o3").out())
                .contains("refused: model.not_allowed (o3)");
        Said bySecret = keymesh.given(key.getString("secret")).run(0, "policy", "check", "-", "--model", "demo-small");
        assertThat(bySecret.out() + bySecret.err()).doesNotContain(key.getString("secret"));
        Said refused = keymesh.run(2, "policy", "check", key.getString("secret"), "--model", "demo-small");
        assertThat(refused.err()).contains("standard input").doesNotContain(key.getString("secret"));
        assertThat(keymesh.run(2, "policy", "check", id).err()).contains("--model or --tool");
    }

    @Test
    void aManagementKeyIsIssuedListedAndRevoked() {
        String id = keymesh.run(0, "management-keys", "issue", "CI", "--permission-set", "reader", "--json")
                .object()
                .getString("id");
        assertThat(keymesh.run(0, "management-keys", "list").out())
                .contains(id, "reader")
                .doesNotContain("kma-canary");
        assertThat(keymesh.run(2, "management-keys", "revoke", id).err()).contains("--yes");
        assertThat(keymesh.run(0, "management-keys", "revoke", id, "--yes").out())
                .contains("is revoked");
    }

    @Test
    void aWebhooksUrlThatIsACredentialIsNoArgumentAndIsNotRepeated() {
        String url = "https://hooks.slack.com/services/T000/B000/canary";
        String[] slack = {"webhooks", "add", "--format", "slack", "--event", "*", "--space", "none-there"};
        Said argument = keymesh.run(2, "webhooks", "add", url, "--format", "slack", "--event", "*");
        assertThat(argument.err()).contains("--url-stdin").doesNotContain("canary");
        Said refused = keymesh.given(url)
                .run(1, slack[0], slack[1], slack[2], slack[3], slack[4], slack[5], slack[6], slack[7], "--url-stdin");
        assertThat(refused.err()).contains("/space").doesNotContain("canary");
        assertThat(keymesh.run(1, "webhooks", "add", "https://127.0.0.1:1/", "--event", "*")
                        .err())
                .contains("/url");
        assertThat(keymesh.run(0, "webhooks", "list").out()).contains("None.");
        for (String verb : new String[] {"test", "deliveries"}) {
            assertThat(keymesh.run(1, "webhooks", verb, "whe_none").err()).contains("404");
        }
        assertThat(keymesh.run(1, "webhooks", "redeliver", "whe_none", "whd_none")
                        .err())
                .contains("404");
    }

    @Test
    void whatComesIsFollowedOnceAndEndsWhenNobodyReads() throws Exception {
        Reader reader = new Reader();
        Thread follow = Thread.ofVirtual()
                .start(() -> keymesh.line(new PrintWriter(reader), new PrintWriter(reader))
                        .execute(keymesh.addressed("events", "--follow", "--limit", "1", "--json")));
        await(reader, "\n");
        String marker = "followed-" + System.nanoTime();
        keymesh.run(0, "spaces", "create", marker);
        await(reader, marker);
        keymesh.run(0, "spaces", "create", marker + "-2");
        await(reader, marker + "-2");
        assertThat(reader.text().lines().filter(line -> line.contains(marker) && !line.contains(marker + "-2")))
                .hasSize(1);
        reader.gone = true;
        assertThat(follow.join(Duration.ofSeconds(60))).isTrue();
    }

    @Test
    void anAddressThatDoesNotAnswerAndAKeyThatIsNotTakenAreToldWithWhatToDo() {
        assertThat(keymesh.run(1, "keys", "list", "--key", "kma-none").err()).contains("keymesh: ", "401");
        StringWriter err = new StringWriter();
        int status = keymesh.line(new PrintWriter(err), new PrintWriter(err, true))
                .execute("keys", "list", "--url", "http://127.0.0.1:1", "--data", folder.toString());
        assertThat(status).isEqualTo(1);
        assertThat(err.toString())
                .contains("could not be reached", "./keymesh serve")
                .doesNotContain("Exception");
        assertThat(keymesh.run(1, "keys", "show", "key_none").err()).contains("404");
    }

    @Test
    void aShellGetsItsCompletion() {
        StringWriter out = new StringWriter();
        assertThat(keymesh.line(new PrintWriter(out), new PrintWriter(out)).execute("completion", "bash"))
                .isZero();
        assertThat(out.toString()).contains("complete -F", "management-keys", "--credential-stdin");
        assertThat(keymesh.line(new PrintWriter(out), new PrintWriter(out)).execute("completion", "fish"))
                .isEqualTo(2);
    }

    @Test
    void aClientLoadsNoJettyAndNoGateway() throws Exception {
        for (String command : new String[] {"keys list", "doctor", "completion bash"}) {
            Path loaded = folder.resolve("loaded-" + command.replace(' ', '-'));
            ProcessBuilder builder = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xlog:class+load:file=" + loaded,
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.keymesh.server.Main");
            builder.command().addAll(List.of(command.split(" ")));
            builder.environment().keySet().removeIf(name -> name.startsWith("KEYMESH_"));
            builder.environment().put("KEYMESH_BASE_URL", keymesh.url());
            builder.environment().put("KEYMESH_DATA", folder.toString());
            Path said = folder.resolve("said");
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(said)).isZero();
            assertThat(Files.readString(loaded))
                    .contains("dev.keymesh.server.cli.Keymesh")
                    .doesNotContain("org.eclipse.jetty", "dev.keymesh.gateway.Gateway ", "org.jdbi", "org.sqlite");
        }
    }

    private static void await(Reader reader, String text) throws InterruptedException {
        for (int i = 0; i < 600 && !reader.text().contains(text); i++) {
            Thread.sleep(100);
        }
        assertThat(reader.text()).contains(text);
    }

    /** Who reads what a command prints, until he goes. */
    private static final class Reader extends Writer {
        private final StringWriter read = new StringWriter();
        private volatile boolean gone;

        String text() {
            return read.toString();
        }

        @Override
        public void write(char[] buffer, int offset, int length) {
            read.write(buffer, offset, length);
        }

        @Override
        public void flush() throws IOException {
            if (gone) {
                throw new IOException("Broken pipe");
            }
        }

        @Override
        public void close() {}
    }
}
