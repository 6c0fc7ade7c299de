package dev.keymesh.server.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What our reader of standard input makes of bad input: an error that helps, nothing executed, and it goes on. */
class StdioServerTest {
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    private static final String PONG = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}";

    /** Answers to nothing that are no answers either. */
    static final List<String> MALFORMED_RESPONSES = List.of(
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":5}",
            "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"error\":{\"code\":\"a\"}}",
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":1.5,\"message\":\"m\"}}",
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":3000000000,\"message\":\"m\"}}",
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":1,\"message\":2}}",
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":null}",
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{},\"error\":{\"code\":1,\"message\":\"m\"}}",
            "{\"jsonrpc\":\"2.0\",\"result\":{}}");

    @TempDir
    private Path folder;

    private TestMcp mcp;
    private TestMcp.Stdio client;

    @BeforeEach
    void open() throws Exception {
        mcp = new TestMcp(folder);
        client = mcp.stdio(mcp.root).initialized("{}");
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        mcp.close();
    }

    @Test
    void whatIsNoMessageIsAnErrorAndTheNextMessageIsServed() throws Exception {
        refused("{\"jsonrpc\":", -32700);
        refused("hello", -32700);
        refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"method\":\"tools/list\"}", -32700);
        refused("{} {}", -32700);
        refused("[".repeat(10_000), -32700);
        refused("[" + PING + "]", -32600);
        refused("3", -32600);
        refused("{\"id\":1,\"method\":\"ping\"}", -32600);
        refused("{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}", -32600);
        refused("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", -32600);
        refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":3}", -32600);
        refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}", -32602);
        refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"no/such\"}", -32601);
        refused(TestMcp.initialize("{}"), -32600);
    }

    @Test
    void aMalformedResponseIsAnErrorWithoutAnId() throws Exception {
        for (String wrong : MALFORMED_RESPONSES) {
            refused(wrong, -32600);
            assertThat(client.ask(wrong)).contains("\"id\":null");
        }
    }

    @Test
    void aWholeResponseThatNobodyAskedForIsIgnored() throws Exception {
        for (String response : new String[] {
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":5}",
            "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"error\":{\"code\":-32603,\"message\":\"m\",\"data\":[1]}}",
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"m\"}}"
        }) {
            client.write(response + "\n");
            assertThat(client.ask(PING)).as(response).isEqualTo(PONG);
        }
    }

    @Test
    void parametersThatDoNotFitAreTold() throws Exception {
        refused(request("tools/call", "{\"name\":\"keys_list\",\"arguments\":{},\"_meta\":5}"), -32602);
        refused(request("tools/list", "{\"cursor\":5}"), -32602);
        refused(request("tools/list", "{\"cursor\":\"unknown\"}"), -32602);
        assertThat(client.ask(request("tools/list", "{\"cursor\":null}"))).contains("keys_list");
    }

    private static String request(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    @Test
    void whatIsNotUtf8IsAnError() throws Exception {
        client.write(new byte[] {'"', (byte) 0xff, '"', '\n'});
        assertThat(client.read()).contains("-32700", "UTF-8");
        assertThat(client.ask(PING)).isEqualTo(PONG);
    }

    @Test
    void aLineThatIsTooLongIsSkipped() throws Exception {
        client.write("x".repeat(Message.LONGEST + 1) + "\n");
        assertThat(client.read()).contains("-32600", "longer than");
        assertThat(client.ask(PING)).isEqualTo(PONG);
    }

    @Test
    void argumentsOfAMebibyteAreReadAndJudged() throws Exception {
        String answer = client.ask(TestMcp.call("keys_list", "{\"q\":\"" + "x".repeat(1024 * 1024) + "\"}"));
        assertThat(answer).contains("\"isError\":true", "'q' must have at most 200 characters");
    }

    @Test
    void halfALineIsAnErrorWhenTheInputEndsAndTheServerEnds() throws Exception {
        client.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"meth");
        assertThat(client.end()).contains("-32700");
    }

    @Test
    void whatWasAskedBeforeTheInputEndedIsAnswered() throws Exception {
        client.write(TestMcp.call("keys_list", "{}") + "\n");
        assertThat(client.end()).contains("\"First key\"");
    }

    @Test
    void beforeInitializeNothingIsServed() throws Exception {
        try (var fresh = mcp.stdio(mcp.root)) {
            assertThat(fresh.ask(TestMcp.call("keys_list", "{}"))).contains("-32600", "initialize");
            assertThat(fresh.ask("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{}}"))
                    .contains("-32602", "protocolVersion");
            assertThat(fresh.ask(TestMcp.initialize("{}").replace("2025-11-25", "1900-01-01")))
                    .contains("\"protocolVersion\":\"2025-11-25\"");
        }
    }

    @Test
    void wrongArgumentsAreToldAndNothingIsDone() throws Exception {
        assertThat(call("keys_issue", "{\"title\":5}")).contains("'title' must be string", "Nothing was done");
        assertThat(call("keys_issue", "{}")).contains("'title' is missing");
        assertThat(call("keys_issue", "{\"title\":\"t\",\"budgt\":{}}")).contains("'budgt' is not known");
        assertThat(call("keys_issue", "{\"title\":\"t\",\"policy\":{\"deniedModel\":[]}}"))
                .contains("'/policy/deniedModel' is not known");
        assertThat(call("keys_list", "{\"limit\":0}")).contains("'limit' must be at least 1");
        assertThat(call("keys_list", "{\"space\":\"..\"}")).contains("'space' must match");
        assertThat(client.ask(TestMcp.call("keys_list", "[]"))).contains("-32602", "'arguments' must be an object");
        assertThat(mcp.rest("GET", "/api/v1/spaces/default/keys", null).getJsonArray("data"))
                .hasSize(1);
    }

    @Test
    void aNameThatDiffersByCaseOrALookAlikeIsNoTool() throws Exception {
        String absent = client.ask(TestMcp.call("no_such_tool", "{}"));
        for (String name : new String[] {"Keys_List", "KEYS_LIST", "kеys_list", "keys_list ", "keys-list", ""}) {
            assertThat(client.ask(TestMcp.call(name, "{}"))).as(name).isEqualTo(absent);
        }
        assertThat(client.ask("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":7}}"))
                .isEqualTo(absent);
        assertThat(absent).contains("\"code\":-32602").doesNotContain("isError");
    }

    @Test
    void storedTextIsDataWithoutHiddenCharacters() throws Exception {
        var _ = mcp.issue(",\"owner\":\"a\\u202eb\\u0007c\\u200bd\",\"externalId\":\"" + "x".repeat(3_000) + "\"");
        String answer = client.ask(TestMcp.call("keys_list", "{}"));
        assertThat(answer).contains("abcd", "…").doesNotContain("x".repeat(1_001));
        assertThat(new String(answer.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .doesNotContain("\u202e", "\u200b", "\\u0007");
    }

    @Test
    void structuredContentIsTheSameJsonAsTheText() throws Exception {
        var result = TestMcp.json(client.ask(TestMcp.call("keys_list", "{}"))).getJsonObject("result");
        assertThat(TestMcp.json(result.getJsonArray("content").getJsonObject(0).getString("text")))
                .isEqualTo(result.getJsonObject("structuredContent"));
    }

    private String call(String tool, String arguments) throws Exception {
        String answer = client.ask(TestMcp.call(tool, arguments));
        assertThat(answer).contains("\"isError\":true");
        return answer;
    }

    private void refused(String line, int code) throws Exception {
        String answer = client.ask(line);
        assertThat(answer).as(line.substring(0, Math.min(60, line.length()))).contains("\"code\":" + code);
        assertThat(answer).doesNotContain("Exception", "\tat ", "stackTrace");
        assertThat(client.ask(PING)).isEqualTo(PONG);
    }
}
