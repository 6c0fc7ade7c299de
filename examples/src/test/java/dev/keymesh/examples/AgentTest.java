package dev.keymesh.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.Patch;
import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.langchain4j.AllowedTools;
import dev.keymesh.sdk.wire.KeyBudget;
import dev.keymesh.sdk.wire.NewKey;
import dev.keymesh.sdk.wire.NewWorkspace;
import dev.keymesh.sdk.wire.Policy;
import dev.keymesh.sdk.wire.UsageRow;
import dev.keymesh.server.DataFolder;
import dev.keymesh.server.Owner;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A LangChain4j agent against the demo model, which calls the tools that it is told to: {@code call NAME {...}}. */
class AgentTest {
    private static final String WORKSPACE = "agents";

    @TempDir
    private Path folder;

    private final List<String> ran = new ArrayList<>();
    private Owner owner;
    private Keymesh admin;

    @BeforeEach
    void start() throws Exception {
        owner = Owner.open(
                DataFolder.own(folder), GatewayConfig.embedded(folder).on(0));
        admin = Keymesh.at(owner.address())
                .with(Files.readString(folder.resolve("root.key")).strip());
        admin.spaces()
                .workspaces()
                .create(new NewWorkspace(
                        WORKSPACE,
                        "Agents",
                        null,
                        Policy.allowing(List.of("demo-small"), List.of("web_search", "models_check", "budget_get")),
                        null));
    }

    @AfterEach
    void stop() {
        owner.close();
    }

    @Test
    void anAllowedToolRuns() {
        try (Agent agent = agent(key("1.00"))) {
            var answer = agent.answer("call web_search {\"q\":\"jetty\"}");

            assertThat(ran).containsExactly("web_search {\"q\":\"jetty\"}");
            assertThat(answer.content()).startsWith("Hello from Keymesh");
        }
    }

    @Test
    void aToolOfKeymeshRunsByMcp() {
        try (Agent agent = agent(key("1.00"))) {
            var answer = agent.answer("call models_check {\"model\":\"demo-large\"}");

            assertThat(answer.toolExecutions().getFirst().result()).contains("\"allowed\":false", "model.not_allowed");
        }
    }

    @Test
    void aDeniedToolIsNeitherOfferedNorRunWhenTheModelNamesIt() {
        try (Agent agent = agent(key("1.00"))) {
            assertThatThrownBy(() -> agent.answer("call files_delete {\"path\":\"/\"}"))
                    .hasMessageContaining("files_delete");
        }
        assertThat(ran).isEmpty();
    }

    @Test
    void aToolThatIsDeniedAfterItWasOfferedDoesNotRun() {
        ToolProvider losesItsRight = request -> ToolProviderResult.builder()
                .add(tool("web_search"), (call, memory) -> {
                    ran.add(call.name());
                    return "found";
                })
                .build();
        String key = key("1.00");
        var offered = new AllowedTools(Keymesh.at(owner.address()).with(key), losesItsRight)
                .provideTools(ToolProviderRequest.builder()
                        .invocationContext(InvocationContext.builder().build())
                        .userMessage(UserMessage.from("Hello"))
                        .build());
        admin.spaces()
                .workspaces()
                .patch(WORKSPACE, Patch.none().set("policy", Map.of("deniedTools", List.of("web_search"))));

        ToolExecutor executor = offered.aiServiceTools().getFirst().toolExecutor();
        String said = executor.execute(
                ToolExecutionRequest.builder()
                        .name("web_search")
                        .arguments("{\"q\":1}")
                        .build(),
                null);

        assertThat(said).contains("was not run", "tool.denied");
        assertThat(ran).isEmpty();
    }

    @Test
    void theBudgetEndsTheLoopWithAClearMessage() {
        try (Agent agent = agent(key("0.0035"))) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            agent.answer("call web_search {}");
                        }
                    })
                    .hasMessageContaining("keymesh_budget_exceeded");
        }
        assertThat(ran).isNotEmpty();
    }

    @Test
    void allSpendIsInUsageUnderTheAgentsKey() {
        String secret = key("1.00");
        try (Agent agent = agent(secret)) {
            var _ = agent.answer("call web_search {}");
        }

        UsageRow row = Keymesh.at(owner.address())
                .with(secret)
                .usage(Query.all().groupBy("key", "model"))
                .data()
                .getFirst();

        assertThat(row.requests()).isEqualTo(2);
        assertThat(new BigDecimal(row.cost())).isPositive();
    }

    private Agent agent(String key) {
        return new Agent(owner.address(), key, "demo-small", this::own);
    }

    private ToolProviderResult own(ToolProviderRequest request) {
        ToolExecutor executor = (call, memory) -> {
            ran.add(call.name() + " " + call.arguments());
            return "done";
        };
        return ToolProviderResult.builder()
                .add(tool("web_search"), executor)
                .add(tool("files_delete"), executor)
                .build();
    }

    private static ToolSpecification tool(String name) {
        return ToolSpecification.builder().name(name).description("A tool.").build();
    }

    private String key(String budget) {
        return admin.spaces()
                .keys()
                .issue(NewKey.titled("Agent")
                        .withWorkspace(WORKSPACE)
                        .withBudget(new KeyBudget(budget, "USD", "total")))
                .secret();
    }
}
