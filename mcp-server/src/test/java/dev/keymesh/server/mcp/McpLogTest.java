package dev.keymesh.server.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.server.ScrubbedFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client says in its messages stays out of the log. */
class McpLogTest {
    private static final String CANARY = "CANARY\\n2026 FORGED";

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler listening = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(new ScrubbedFormat().format(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() {
        Logger.getLogger("").addHandler(listening);
    }

    @AfterEach
    void leave() {
        Logger.getLogger("").removeHandler(listening);
    }

    @Test
    void noMessageOfAClientIsLogged() throws Exception {
        Logger.getLogger("dev.keymesh.test").warning("the log is heard");
        try (TestMcp mcp = new TestMcp(folder);
                var client = mcp.stdio(mcp.root)) {
            String hello = TestMcp.initialize("{}").replace("2025-11-25", CANARY);
            assertThat(client.ask(hello)).contains("\"protocolVersion\":\"2025-11-25\"");
            String session = mcp.session(mcp.root);
            for (String message : List.of(
                    notification("notifications/initialized"),
                    notification("notifications/zz"),
                    notification("notifications/roots/list_changed"),
                    notification("notifications/cancelled"),
                    notification("tools/call"),
                    notification(CANARY),
                    "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":\"" + CANARY + "\"}",
                    "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":\"" + CANARY + "\"}")) {
                assertThat(mcp.post(mcp.root, session, message).statusCode())
                        .as(message)
                        .isIn(202, 400);
                client.write(message + "\n");
            }
            client.write("{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"" + CANARY + "\"}\n");
            client.write(TestMcp.call("keys_list", "{},\"_meta\":\"" + CANARY + "\"") + "\n");
            assertThat(client.end()).contains("-32601", "-32602", "-32600");
        }
        assertThat(lines).anyMatch(line -> line.contains("the log is heard"));
        assertThat(lines).noneMatch(line -> line.contains("CANARY") || line.contains("FORGED"));
    }

    private static String notification(String method) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":{\"prompt\":\"" + CANARY + "\"}}";
    }
}
