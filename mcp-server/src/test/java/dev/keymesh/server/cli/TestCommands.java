package dev.keymesh.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.Gateway;
import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.sdk.HttpTransport;
import dev.keymesh.sdk.WireRequest;
import dev.keymesh.server.mcp.JsonText;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** A gateway that runs, and the commands of a process that ask it. */
final class TestCommands implements AutoCloseable {
    private final Path folder;
    private final Gateway gateway;
    private String input = "";

    TestCommands(Path folder) throws Exception {
        this.folder = folder;
        this.gateway = Gateway.open(GatewayConfig.embedded(folder), InstantSource.system());
    }

    /** What a command printed. */
    record Said(String out, String err) {
        JsonObject object() {
            return JsonText.object(out);
        }

        List<JsonObject> lines() {
            return out.lines().map(JsonText::object).toList();
        }
    }

    String url() {
        return "http://127.0.0.1:" + gateway.port();
    }

    /** What the next command finds on standard input. */
    TestCommands given(String text) {
        input = text;
        return this;
    }

    Said run(int status, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int answer = line(new PrintWriter(out), new PrintWriter(err, true)).execute(addressed(arguments));
        assertThat(answer).as(out + "\n" + err).isEqualTo(status);
        return new Said(out.toString(), err.toString());
    }

    String[] addressed(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", url(), "--data", folder.toString()));
        return all.toArray(String[]::new);
    }

    /** Nobody can be asked: there is no terminal. */
    CommandLine line(PrintWriter out, PrintWriter err) {
        byte[] typed = input.getBytes(StandardCharsets.UTF_8);
        CommandLine.IFactory factory = new CommandLine.IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                return type == Asked.class
                        ? type.cast(new Asked(new Terminal(Map.of(), new ByteArrayInputStream(typed), null)))
                        : CommandLine.defaultFactory().create(type);
            }
        };
        return Keymesh.line(factory).setOut(out).setErr(err);
    }

    /** A call of a model with the first key. */
    int call(String model) throws Exception {
        String key = Files.readString(folder.resolve("first.key")).strip();
        String body = "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
        return HttpTransport.to(url())
                .send(new WireRequest(
                        "POST",
                        "/v1/chat/completions",
                        Map.of("authorization", "Bearer " + key, "content-type", "application/json"),
                        body.getBytes(StandardCharsets.UTF_8)))
                .status();
    }

    @Override
    public void close() {
        gateway.close();
    }
}
