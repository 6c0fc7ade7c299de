package dev.keymesh.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.Gateway;
import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.wire.KeyBudget;
import dev.keymesh.sdk.wire.KeyDefaults;
import dev.keymesh.sdk.wire.NewKey;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code apply} and {@code export} against a gateway that runs. */
class ApplyTest {
    private static final String CREDENTIAL = "sk-canary-1234567890";

    private static final String RICH = """
            version: 1
            spaces:
              - {id: default, title: Main}
              - id: acme
            workspaces:
              - id: default
                space: acme
                title: Acme itself
              - id: prod
                title: "Prod: \\"quoted\\" é"
                environment: live
                policy:
                  allowedModels: [gpt-5.4, "gpt-*", "*-mini"]
                  toolAllowlist: []
                  maxOutputTokens: 1000
                  ipAllowlist: [203.0.113.0/24]
                  windows:
                    - {days: [mon, fri], from: "08:00", to: "18:00", timezone: Europe/Berlin}
                keyDefaults:
                  budget: {amount: 5.00, period: monthly}
                  expiresIn: P90D
                  tags: [team]
                  policy: {deniedTools: [shell]}
            providers:
              - {name: second, kind: openai-compatible, baseUrl: "http://127.0.0.1:9/v1", capField: max_tokens, enabled: false, credentialFile: "FILE"}
              - {name: openai, kind: openai, credentialEnv: OPENAI_API_KEY}
            prices:
              - provider: openai
                model: gpt-5.4
                inputPerMillion: 2.50
                cachedInputPerMillion: "0.250"
                outputPerMillion: 15
                maxOutputTokens: 128000
                encoding: o200k_base
                overrides:
                  - when: {promptTokensAbove: 272000}
                    set: {inputPerMillion: 5.0, outputPerMillion: 22.50}
                  - when: {serviceTier: priority, utc: {from: "22:00", to: "02:00"}}
                    multiply: 2.0
              - {provider: openai, model: gpt-5.4, inputPerMillion: 3, outputPerMillion: 16, effectiveFrom: "LATER"}
              - {provider: openai, model: old, inputPerMillion: 1, outputPerMillion: 1, effectiveFrom: 2025-01-01T00:00:00Z}
              - {provider: openai, model: old, inputPerMillion: 2, outputPerMillion: 2, effectiveFrom: 2025-06-01T02:00:00+02:00}
            budgets:
              - {scope: account, period: monthly, amount: 50.00, thresholds: [90, 50]}
              - {scope: "space:acme", period: total, amount: null}
              - {scope: "workspace:acme/default", period: daily, amount: 1000, unit: requests}
              - {scope: "workspace:default/prod", period: weekly, amount: 7.5, provider: openai, model: gpt-5.4,
                 increase: {amount: 2.50, until: "LATER"}}
            """;

    @TempDir
    private Path folder;

    private Gateway gateway;
    private Keymesh admin;
    private Map<String, String> environment = Map.of("OPENAI_API_KEY", CREDENTIAL);

    @BeforeEach
    void start() throws Exception {
        gateway = Gateway.open(GatewayConfig.embedded(folder), InstantSource.system());
        admin = Keymesh.over(gateway.transport())
                .with(Files.readString(folder.resolve("root.key")).strip());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void whatIsAppliedTwiceChangesNothingTheSecondTime() throws Exception {
        String rich = rich();
        String dry = apply(2, rich, "--dry-run");
        assertThat(admin.spaces().list(Query.all()).data()).hasSize(1);
        assertThat(dry)
                .contains("~ space default: title Default -> Main\n", "+ space acme\n", "+ workspace acme/default\n")
                .contains("+ workspace default/prod\n", "+ provider openai\n", "+ price openai/gpt-5.4\n")
                .contains("+ price openai/gpt-5.4 from ", "+ price openai/old from 2025-06-01T00:00:00Z\n")
                .contains("+ budget account monthly: 50.00\n", "+ budget workspace:acme/default daily requests: 1000\n")
                .contains("+ budget workspace:default/prod weekly of provider openai of model gpt-5.4: 7.50\n")
                .doesNotContain("2025-01-01", CREDENTIAL);
        assertThat(apply(0, rich)).isEqualTo(dry);
        assertThat(apply(0, rich)).isEqualTo("no changes\n");
        assertThat(apply(0, rich, "--dry-run")).isEqualTo("no changes\n");
        assertThat(admin.spaces().workspaces().in("acme").get("default").title())
                .isEqualTo("Acme itself");
        assertThat(admin.providers().list(Query.all()).data()).hasSize(2);
        assertThat(admin.prices().list(Query.all()).data()).hasSize(3);
    }

    @Test
    void whatIsExportedIsWhatIsThere() throws Exception {
        apply(0, rich());
        admin.spaces().keys().issue(NewKey.titled("k").withBudget(KeyBudget.monthly("3")));
        String exported = export();
        assertThat(apply(0, exported, "--dry-run")).isEqualTo("no changes\n");
        assertThat(apply(0, exported, "--dry-run", "--prune")).isEqualTo("no changes\n");
        assertThat(exported)
                .contains("credentialEnv: OPENAI_API_KEY", "keyDefaults:", "amount: '50'", "amount: null")
                .doesNotContain(CREDENTIAL, "km-", "key:", "...7890")
                .containsSubsequence("name: second", "name: openai");
        assertThat(export()).isEqualTo(exported);
    }

    @Test
    void anInstallationIsMadeAgainOfItsExport() throws Exception {
        apply(0, rich());
        String exported = export();
        gateway.close();
        Path other = Files.createTempDirectory(folder, "other");
        environment = Map.of("OPENAI_API_KEY", CREDENTIAL, "SECOND_API_KEY", CREDENTIAL);
        try (Gateway empty = Gateway.open(GatewayConfig.embedded(other), InstantSource.system())) {
            gateway = empty;
            folder = other;
            apply(0, exported);
            assertThat(apply(0, exported)).isEqualTo("no changes\n");
            assertThat(export()).isEqualTo(exported);
        }
    }

    @Test
    void eachDifferenceIsToldAndWhatIsNotNamedStays() throws Exception {
        apply(0, rich());
        assertThat(apply(0, """
                        budgets: [{scope: account, period: monthly, amount: 80}]
                        workspaces: [{id: prod, policy: {allowedModels: [gpt-5.4]}, keyDefaults: {}}]
                        providers: [{name: second, enabled: true}]
                        """))
                .contains("~ budget account monthly: 50.00 -> 80.00\n", "~ provider second: enabled false -> true\n")
                .contains("policy.allowedModels [gpt-5.4, gpt-*, *-mini] -> [gpt-5.4]")
                .contains("policy.maxOutputTokens 1000 -> none", "keyDefaults.expiresIn P90D -> none");
        assertThat(admin.spaces().workspaces().get("prod").environment()).isEqualTo("live");
        assertThat(admin.spaces().workspaces().get("prod").keyDefaults()).isNull();
        assertThat(admin.budgets()
                        .list(Query.all().where("scope", "account"))
                        .data()
                        .getFirst()
                        .thresholds())
                .containsExactly(50, 90);
        assertThat(apply(0, "prices: [{provider: openai, model: gpt-5.4, inputPerMillion: 2, outputPerMillion: 15}]"))
                .contains("~ price openai/gpt-5.4: inputPerMillion 2.50 -> 2.00, cachedInputPerMillion 0.25 -> none");
    }

    @Test
    void nothingIsWrittenUnlessAllOfItWouldBeTaken() throws Exception {
        String good = "spaces: [{id: new}]\n";
        String[][] wrong = {
            {"workspaces: [{id: Bad Id}]", "line 2: workspace default/Bad Id", "/id"},
            {"workspaces: [{id: a, policy: {allowedModels: ['a*b*']}}]", "line 2", "/policy/allowedModels/0"},
            {"workspaces: [{id: a, space: none}]", "line 2", "neither there nor in the file"},
            {"workspaces: [{id: a, space: new, environment: '?'}]", "line 2", "/environment"},
            {"budgets: [{scope: 'workspace:new/none', period: total, amount: 1}]", "line 2", "/scope"},
            {"budgets: [{scope: 'space:new', period: yearly, amount: 1}]", "line 2", "/period"},
            {"budgets: [{scope: account, period: total}]", "line 2", "/amount"},
            {"prices: [{provider: p, model: m, inputPerMillion: x, outputPerMillion: 1}]", "line 2", "/inputPerMillion"
            },
            {"providers: [{name: p, kind: openai}]", "line 2: provider p is new", "credentialEnv"},
            {"providers: [{name: p, kind: openai, credentialEnv: NOT_SET}]", "variable NOT_SET", "line 2"},
            {"providers: [{name: p, kind: openai, credentialFile: /none/there}]", "cannot be read", "line 2"},
            {"workspace: []", "line 2: 'workspace' is not known", "workspaces"},
            {"workspaces: [{id: a, polcy: {}}]", "line 2: 'workspaces[0].polcy' is not known", "policy"},
            {"workspaces: [{id: a, policy: {\n  deniedModel: [x]}}]", "line 3", "deniedModels"},
            {"workspaces: [{title: a}]", "line 2: 'workspaces[0].id' is missing", ""},
            {"workspaces: [{id: a}, {id: a, space: default}]", "there twice: workspace default/a", "line 2"},
            {"workspaces: [{id: a, policy: {maxOutputTokens: many}}]", "must be an integer", "line 2"},
            {"budgets: [{scope: account, period: total, amount: 1, increase: {amount: 1, until: soon}}]", "instant", ""
            },
            {"workspaces: [{id: a}]\nworkspaces: [{id: b}]", "line 3: 'workspaces' is there twice", ""},
            {"workspaces: [{id: a, policy: {deniedModels: [x], deniedModels: []}}]", "'deniedModels' is there twice", ""
            },
            {"workspaces: {}", "must be a list", "line 2"},
            {"version: 2", "must be 1", "line 2"},
            {"a: [", "not valid YAML", ""},
        };
        for (String[] row : wrong) {
            String said = apply(1, good + row[0]);
            assertThat(said).as(row[0]).contains(row[1], row[2]).doesNotContain("Exception", "+ space new");
            assertThat(admin.spaces().list(Query.all()).data()).as(row[0]).hasSize(1);
        }
        assertThat(apply(1, "")).contains("says nothing");
        assertThat(run(1, "apply", "-f", folder.resolve("none").toString())).contains("cannot be read");
        assertThat(run(1, "apply")).contains("-f");
    }

    @Test
    void onlyPruneDeletesAndOnlyOfTheKindsAndSpacesOfTheFile() throws Exception {
        apply(0, rich());
        String file = """
                workspaces: [{id: only}]
                budgets: [{scope: account, period: monthly, amount: 50}]
                prices: [{provider: openai, model: gpt-5.4, inputPerMillion: 3, outputPerMillion: 16}]
                """;
        assertThat(apply(0, file)).doesNotContain("- ");
        String[] lines = apply(0, file, "--prune").split("\n", -1);
        assertThat(lines)
                .containsExactlyInAnyOrder(
                        "- budget workspace:default/prod weekly of provider openai of model gpt-5.4",
                        lines[1].startsWith("- price openai/gpt-5.4 from ") ? lines[1] : lines[2],
                        "- price openai/old from 2025-06-01T00:00:00Z",
                        "- workspace default/prod",
                        "");
        assertThat(admin.spaces().workspaces().in("acme").list(Query.all()).data())
                .hasSize(1);
        assertThat(admin.providers().list(Query.all()).data()).hasSize(2);
        assertThat(admin.prices().list(Query.all()).data()).hasSize(1);
        assertThat(admin.budgets().list(Query.all()).data()).hasSize(3);
        assertThat(apply(0, file, "--prune")).isEqualTo("no changes\n");
    }

    @Test
    void theSpaceOfWorkspacesThatNameNoneIsChosenAndAKeyOfOneSpaceAppliesThere() throws Exception {
        apply(0, "spaces: [{id: acme}]");
        assertThat(apply(0, "workspaces: [{id: w}]", "--space", "acme")).isEqualTo("+ workspace acme/w\n");
        String secret = admin.managementKeys()
                .issue(new dev.keymesh.sdk.wire.NewManagementKey("m", "admin", "acme", null))
                .secret();
        String file = "workspaces: [{id: v}]\nbudgets: [{scope: 'workspace:acme/v', period: total, amount: 1}]";
        assertThat(apply(0, file, "--space", "acme", "--key", secret))
                .isEqualTo("+ workspace acme/v\n+ budget workspace:acme/v total: 1.00\n");
        assertThat(apply(1, "providers: [{name: p, kind: openai}]", "--key", secret))
                .contains("acme");
    }

    @Test
    void theSdkTakesTheDefaultsUnlessItSaysNone() {
        admin.spaces()
                .workspaces()
                .patch(
                        "default",
                        dev.keymesh.sdk.Patch.none()
                                .set("keyDefaults", new KeyDefaults(null, "P1D", null, List.of("team"))));
        assertThat(admin.spaces().keys().issue(NewKey.titled("k")).expiresAt()).isNotNull();
        assertThat(admin.spaces()
                        .keys()
                        .issue(NewKey.titled("k"), List.of("expiresAt"))
                        .expiresAt())
                .isNull();
        assertThat(admin.spaces()
                        .keys()
                        .issueAll(new dev.keymesh.sdk.wire.BulkKeys(
                                List.of(NewKey.titled("a"), NewKey.titled("b").withTags(List.of())), null, null))
                        .data())
                .extracting(dev.keymesh.sdk.wire.BulkKey::tags)
                .containsExactly(List.of("team"), List.of());
    }

    private String rich() throws Exception {
        Path file = Files.writeString(folder.resolve("credential"), CREDENTIAL + "\n");
        String later =
                InstantSource.system().instant().plus(Duration.ofDays(30)).toString();
        return RICH.replace("FILE", file.toString()).replace("LATER", later.substring(0, 19) + "Z");
    }

    private String export() {
        return run(0, "export");
    }

    private String apply(int status, String file, String... more) {
        List<String> command = new ArrayList<>(List.of("apply", "-f", "-"));
        command.addAll(List.of(more));
        return run(status, file, command);
    }

    private String run(int status, String... command) {
        return run(status, "", List.of(command));
    }

    private String run(int status, String in, List<String> command) {
        StringWriter said = new StringWriter();
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of("--url", "http://127.0.0.1:" + gateway.port(), "--data", folder.toString()));
        Object program = command.getFirst().equals("apply")
                ? new Apply(
                        InstantSource.system(),
                        environment,
                        new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)))
                : new ExportCommand();
        CommandLine line = new CommandLine(program);
        line.setOut(new PrintWriter(said));
        line.setErr(new PrintWriter(said));
        int answer = line.execute(all.subList(1, all.size()).toArray(String[]::new));
        assertThat(answer).as(said.toString()).isEqualTo(status);
        return said.toString();
    }
}
