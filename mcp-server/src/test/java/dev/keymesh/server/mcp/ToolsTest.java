package dev.keymesh.server.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.sdk.Keymesh;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the tools do, on a real gateway. */
class ToolsTest {
    @TempDir
    private Path folder;

    private TestMcp mcp;

    @BeforeEach
    void open() throws Exception {
        mcp = new TestMcp(folder);
    }

    @AfterEach
    void close() {
        mcp.close();
    }

    @Test
    void aKeyIsIssuedUsedSeenAndRevoked() throws Exception {
        try (var admin = mcp.stdio(mcp.root).initialized("{}")) {
            JsonObject key = content(admin, "keys_issue", """
                    {"title":"t","budget":{"amount":"0.10","currency":"USD","period":"total"}}""");
            String id = key.getString("id");
            try (var agent = mcp.stdio(key.getString("secret")).initialized("{}")) {
                JsonObject answer = content(agent, "chat_complete", """
                        {"model":"demo-small","messages":[{"role":"user","content":"hi"}]}""");
                assertThat(answer.getString("text")).contains("Keymesh");
                assertThat(answer.getString("cost")).isNotEqualTo("0").matches("[0-9.]+");
                assertThat(Double.parseDouble(answer.getString("remainingBudget")))
                        .isBetween(0.0, 0.1);
                JsonObject usage =
                        content(agent, "usage_get", "{}").getJsonArray("data").getJsonObject(0);
                assertThat(usage.getString("cost")).isEqualTo(answer.getString("cost"));
                assertThat(content(agent, "budget_get", "{}")
                                .getJsonArray("data")
                                .getJsonObject(0)
                                .getString("spent"))
                        .isEqualTo(answer.getString("cost"));
                assertThat(content(agent, "keys_validate", "{}").getString("code"))
                        .isEqualTo("VALID");

                assertThat(content(admin, "budget_set", """
                        {"scope":"key:%s","period":"total","amount":"0"}""".formatted(id)).getString("amount"))
                        .isEqualTo("0");
                assertThat(failure(agent, "chat_complete", """
                        {"model":"demo-small","messages":[{"role":"user","content":"hi"}]}""")).contains("429");
                assertThat(failure(agent, "chat_complete", """
                        {"model":"no-such-model","messages":[{"role":"user","content":"hi"}]}""")).contains("no-such-model");

                assertThat(failure(admin, "keys_revoke", "{\"id\":\"" + id + "\"}"))
                        .contains("confirm");
                assertThat(failure(admin, "keys_revoke", "{\"id\":\"" + id + "\",\"confirm\":\"other\"}"))
                        .contains("confirm");
                assertThat(content(agent, "keys_validate", "{}").getString("code"))
                        .isEqualTo("BUDGET_EXCEEDED");
                assertThat(content(admin, "keys_revoke", "{\"id\":\"" + id + "\",\"confirm\":\"" + id + "\"}")
                                .getString("status"))
                        .isEqualTo("revoked");
                assertThat(agent.ask(TestMcp.call("keys_validate", "{}"))).contains("-32001");
            }
            assertThat(content(admin, "keys_validate", "{\"key\":\"" + key.getString("secret") + "\"}")
                            .getString("code"))
                    .isEqualTo("REVOKED");
        }
    }

    @Test
    void aPersonWhoCanBeAskedDecidesARevocation() throws Exception {
        String id = mcp.issue("").getString("id");
        String revoke = TestMcp.call("keys_revoke", "{\"id\":\"" + id + "\",\"confirm\":\"" + id + "\"}");
        try (var admin = mcp.stdio(mcp.root).initialized("{\"elicitation\":{}}")) {
            JsonObject question = TestMcp.json(admin.ask(revoke));
            assertThat(question.getString("method")).isEqualTo("elicitation/create");
            assertThat(question.getJsonObject("params").getString("message")).contains(id);
            assertThat(admin.ask(answer(question, "{\"action\":\"decline\"}"))).contains("did not agree");
            assertThat(status(id)).isEqualTo("active");

            question = TestMcp.json(admin.ask(revoke));
            assertThat(admin.ask(answer(question, "{\"action\":\"accept\",\"content\":{\"confirm\":false}}")))
                    .contains("did not agree");
            assertThat(status(id)).isEqualTo("active");

            question = TestMcp.json(admin.ask(revoke));
            assertThat(admin.ask(answer(question, "{\"action\":\"accept\",\"content\":{\"confirm\":true}}")))
                    .contains("revoked");
            assertThat(status(id)).isEqualTo("revoked");
        }
    }

    @Test
    void aCancelledCallIsNotAnsweredAndDoesNothing() throws Exception {
        String id = mcp.issue("").getString("id");
        try (var admin = mcp.stdio(mcp.root).initialized("{\"elicitation\":{}}")) {
            JsonObject question = TestMcp.json(admin.ask(TestMcp.call("keys_revoke", "{\"id\":\"" + id + "\"}")));
            admin.write("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":7}}\n");
            admin.write(answer(question, "{\"action\":\"accept\",\"content\":{\"confirm\":true}}") + "\n");
            assertThat(admin.ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"))
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
            assertThat(admin.end()).isEmpty();
            assertThat(status(id)).isEqualTo("active");
        }
    }

    @Test
    void moreThanSixtyFourRequestsAtOnceAreRefusedAndAnIdIsUsedOnce() throws Exception {
        String id = mcp.issue("").getString("id");
        String revoke = TestMcp.call("keys_revoke", "{\"id\":\"" + id + "\"}");
        try (var admin = mcp.stdio(mcp.root).initialized("{\"elicitation\":{}}")) {
            for (int i = 0; i < 64; i++) {
                assertThat(admin.ask(revoke.replace("\"id\":7", "\"id\":" + (100 + i))))
                        .contains("elicitation/create");
            }
            assertThat(admin.ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"))
                    .contains("-32000", "Wait for an answer");
            admin.write(
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":100}}\n");
            String again = admin.ask(revoke.replace("\"id\":7", "\"id\":101"));
            assertThat(again).containsAnyOf("Use each id once", "Wait for an answer");
            assertThat(status(id)).isEqualTo("active");
        }
    }

    @Test
    void aVirtualKeyIssuesInItsOwnSpaceOnly() throws Exception {
        String secret = mcp.issue("").getString("secret");
        try (var agent = mcp.stdio(secret).initialized("{}")) {
            assertThat(failure(agent, "keys_issue", "{\"title\":\"other\",\"space\":\"other\"}"))
                    .contains("own space", "Nothing was done");
            String space = Keymesh.at(mcp.owner.address())
                    .with(secret)
                    .account()
                    .whoami()
                    .credential()
                    .space();
            for (String own : new String[] {"", ",\"space\":\"" + space + "\""}) {
                assertThat(content(agent, "keys_issue", "{\"title\":\"own\"" + own + "}")
                                .getString("space"))
                        .isEqualTo(space);
            }
        }
        assertThat(mcp.rest("GET", "/api/v1/spaces/default/keys?q=other", null).getJsonArray("data"))
                .isEmpty();
    }

    @Test
    void namesAndAnnotationsAreWhole() {
        for (Tool tool : Tools.all().every()) {
            assertThat(tool.name()).matches("[a-z_]{1,24}");
            assertThat(tool.title()).isNotBlank();
            assertThat(tool.description()).isNotBlank();
            assertThat(tool.inputSchema().getBoolean("additionalProperties")).isFalse();
            assertThat(tool.outputSchema().getString("type")).isEqualTo("object");
        }
    }

    private String status(String id) {
        return mcp.rest("GET", "/api/v1/keys/" + id, null).getString("status");
    }

    private static String answer(JsonObject question, String result) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + question.get("id") + ",\"result\":" + result + "}";
    }

    /** What a call answers; it fits the tool's own output schema. */
    private static JsonObject content(TestMcp.Stdio client, String tool, String arguments) throws Exception {
        JsonObject result = result(client, tool, arguments);
        assertThat(result.getBoolean("isError")).as(result.toString()).isFalse();
        JsonObject content = result.getJsonObject("structuredContent");
        JsonObject schema = Tools.all().every().stream()
                .filter(known -> known.name().equals(tool))
                .findFirst()
                .orElseThrow()
                .outputSchema();
        assertThat(Arguments.fault(schema, content)).isNull();
        return content;
    }

    private static String failure(TestMcp.Stdio client, String tool, String arguments) throws Exception {
        JsonObject result = result(client, tool, arguments);
        assertThat(result.getBoolean("isError")).as(result.toString()).isTrue();
        return result.getJsonArray("content").getJsonObject(0).getString("text");
    }

    private static JsonObject result(TestMcp.Stdio client, String tool, String arguments) throws Exception {
        String answer = client.ask(TestMcp.call(tool, arguments.strip()));
        assertThat(answer).contains("\"result\"");
        return TestMcp.json(answer).getJsonObject("result");
    }
}
