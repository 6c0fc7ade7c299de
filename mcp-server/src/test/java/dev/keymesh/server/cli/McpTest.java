package dev.keymesh.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.StringReader;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code keymesh mcp} as real processes on one data folder. */
class McpTest {
    @TempDir
    private Path folder;

    private Path data;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void name() {
        data = folder.resolve("data");
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    @Test
    void keysGoOnWhenTheOwnerIsKilled() throws Exception {
        Process serve = keymesh(List.of(), Map.of(), "serve", "--port", String.valueOf(portThatNoClientIsGiven()));
        String first = address(serve);
        Client one = mcp(Map.of());
        Client two = mcp(Map.of());
        Client three = mcp(Map.of());

        JsonObject key = one.call("keys_issue", "{\"title\":\"t\"}");
        assertThat(chat(first, key.getString("secret"))).isEqualTo(200);
        JsonObject other = two.call("keys_issue", "{\"title\":\"u\"}");
        String revoke = "{\"id\":\"" + other.getString("id") + "\",\"confirm\":\"" + other.getString("id") + "\"}";
        assertThat(two.call("keys_revoke", revoke).getString("status")).isEqualTo("revoked");
        assertThat(chat(first, other.getString("secret"))).isEqualTo(401);
        for (Client client : List.of(one, two, three)) {
            assertThat(client.call("keys_validate", "{\"key\":\"" + other.getString("secret") + "\"}")
                            .getString("code"))
                    .isEqualTo("REVOKED");
        }

        serve.destroyForcibly().waitFor();
        long killed = System.nanoTime();
        assertThat(three.call("keys_validate", "{\"key\":\"" + key.getString("secret") + "\"}")
                        .getString("code"))
                .isEqualTo("VALID");
        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(5));
        for (Client client : List.of(one, two)) {
            assertThat(client.call("keys_list", "{\"limit\":1}").getJsonArray("data"))
                    .hasSize(1);
        }
        // The next owner listens where the last one did, so that who calls models goes on too.
        assertThat(chat(first, key.getString("secret"))).isEqualTo(200);

        long owner = json(Files.readString(data.resolve("server.json")))
                .getJsonNumber("pid")
                .longValue();
        List<Client> survivors = List.of(one, two, three).stream()
                .filter(client -> client.process.pid() != owner)
                .toList();
        assertThat(survivors).hasSize(2);
        ProcessHandle.of(owner).orElseThrow().destroyForcibly();
        for (Client client : survivors) {
            assertThat(client.call("keys_list", "{\"limit\":1}").getJsonArray("data"))
                    .hasSize(1);
        }
        for (Client client : survivors) {
            assertThat(client.end()).isZero();
        }
    }

    @Test
    void aloneItIsTheOwnerAndItsKeysWork() throws Exception {
        Client client = mcp(Map.of());
        JsonObject key = client.call("keys_issue", "{\"title\":\"t\"}");
        String address = json(Files.readString(data.resolve("server.json"))).getString("address");
        assertThat(address).startsWith("http://127.0.0.1:");
        assertThat(chat(address, key.getString("secret"))).isEqualTo(200);
        assertThat(client.end()).isZero();
        assertThat(data.resolve("server.json")).doesNotExist();
    }

    @Test
    void aClientOfAGatewayLoadsNoJettyNoGatewayAndNoPicocli() throws Exception {
        Path ofTheOwner = folder.resolve("owner-loaded");
        Process serve = keymesh(List.of("-Xlog:class+load:file=" + ofTheOwner), Map.of(), "serve", "--port", "0");
        String address = address(serve);
        // What measures is loaded by who scrapes, and what exports where something is exported.
        assertThat(Files.readString(ofTheOwner))
                .contains("dev.keymesh.gateway.trace.Traces ", "dev.keymesh.gateway.metric.Scrapes ")
                .doesNotContain("io.opentelemetry", "io.micrometer", "io.prometheus");
        String root = Files.readString(data.resolve("root.key")).strip();
        List<Map<String, String>> environments = List.of(
                Map.of("KEYMESH_BASE_URL", address, "KEYMESH_API_KEY", root),
                // Empty counts as unset: this one attaches to the folder's owner.
                Map.of("KEYMESH_BASE_URL", "", "KEYMESH_API_KEY", ""));
        for (Map<String, String> environment : environments) {
            Path loaded = folder.resolve("loaded");
            Client client = mcp(environment, "-Xlog:class+load:file=" + loaded);
            assertThat(client.call("keys_list", "{}").getJsonArray("data")).hasSize(1);
            assertThat(client.end()).isZero();
            assertThat(Files.readString(loaded))
                    .contains("dev.keymesh.server.mcp.StdioServer")
                    .doesNotContain(
                            "org.eclipse.jetty",
                            "dev.keymesh.gateway.Gateway ",
                            "org.jdbi",
                            "org.sqlite",
                            "com.fasterxml.jackson.databind",
                            "picocli");
        }
    }

    @Test
    void withoutACredentialItSaysWhatToSet() throws Exception {
        Client client = mcp(Map.of("KEYMESH_BASE_URL", "http://127.0.0.1:1"));
        assertThat(client.ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}"))
                .contains("-32001", "KEYMESH_API_KEY");
        assertThat(client.end()).isZero();
    }

    @Test
    void anAddressThatIsNoneIsToldAndEndsIt() throws Exception {
        Process process = keymesh(List.of(), Map.of("KEYMESH_BASE_URL", "ftp://x"), "mcp");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(78);
        assertThat(process.getInputStream().readAllBytes()).isEmpty();
        assertThat(Files.readString(folder.resolve("log")))
                .contains("keymesh: KEYMESH_BASE_URL")
                .doesNotContain("\tat ");
    }

    private Client mcp(Map<String, String> environment, String... jvm) throws IOException {
        return new Client(keymesh(List.of(jvm), environment, "mcp"));
    }

    private Process keymesh(List<String> jvm, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.keymesh.server.Main"));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("KEYMESH_"));
        builder.environment().put("KEYMESH_DATA", data.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private static String address(Process serve) throws IOException {
        BufferedReader out = new BufferedReader(new InputStreamReader(serve.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        return line.substring(line.indexOf("http://"));
    }

    /** Below the ports of outgoing connections, one of which could otherwise sit on it when the next owner wants it. */
    private static int portThatNoClientIsGiven() throws IOException {
        for (int port = 20_000 + (int) (ProcessHandle.current().pid() % 5_000); ; port++) {
            try (ServerSocket probe = new ServerSocket(port)) {
                return probe.getLocalPort();
            } catch (BindException e) {
                // the next one
            }
        }
    }

    private static int chat(String address, String secret) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/v1/chat/completions"))
                .header("Authorization", "Bearer " + secret)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"demo-small\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private static JsonObject json(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    /** A client that writes the protocol by hand; every line that it reads must be a message. */
    private static final class Client {
        private final Process process;
        private final OutputStream to;
        private final BufferedReader from;

        Client(Process process) throws IOException {
            this.process = process;
            to = process.getOutputStream();
            from = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            assertThat(ask("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
                            + "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}"))
                    .startsWith("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\"");
        }

        String ask(String message) throws IOException {
            to.write((message + "\n").getBytes(StandardCharsets.UTF_8));
            to.flush();
            return from.readLine();
        }

        JsonObject call(String tool, String arguments) throws IOException {
            String answer = ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                    + "\",\"arguments\":" + arguments + "}}");
            assertThat(answer).contains("\"isError\":false");
            return json(answer).getJsonObject("result").getJsonObject("structuredContent");
        }

        /** Ends the input; nothing more is said, and the process ends. */
        int end() throws IOException, InterruptedException {
            to.close();
            assertThat(from.readLine()).isNull();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }
    }
}
