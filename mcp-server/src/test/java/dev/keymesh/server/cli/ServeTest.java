package dev.keymesh.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code keymesh serve} as a real process that is told to end, and {@code keymesh health} beside it. */
class ServeTest {
    private static final String EVENT = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n";

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final CountDownLatch streamed = new CountDownLatch(1);

    @AfterEach
    void stop() throws InterruptedException {
        streamed.countDown();
        http.close();
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void theFirstSignalDrainsAndTheSecondEndsStreamsAtOnceSettledWithExitCode0() throws Exception {
        HttpServer provider = provider();
        try {
            Path config = Files.writeString(folder.resolve("keymesh.yaml"), "drain:\n  deadline: PT10M\n");
            Process serve = keymesh(Map.of(), "serve", "--port", "0", "--config", config.toString());
            String address = address(serve);
            assertThat(keymesh(Map.of(), "health").waitFor()).isZero();
            String root = Files.readString(data().resolve("root.key")).strip();
            send(address, "POST", "/api/v1/providers", root, """
                    {"name":"p","kind":"openai-compatible","baseUrl":"http://127.0.0.1:%d/v1","credential":"c-0123456789abcdef"}""".formatted(
                            provider.getAddress().getPort()));
            send(address, "PUT", "/api/v1/prices", root, """
                    {"provider":"p","model":"m","inputPerMillion":"0","outputPerMillion":"1.00"}""");
            String key = Files.readString(data().resolve("first.key")).strip();
            HttpResponse<java.io.InputStream> stream = http.send(
                    request(address, "POST", "/v1/chat/completions", key, """
                            {"model":"m","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"hi"}]}"""),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                assertThat(lines.readLine()).contains("\"x\"");
                serve.destroy();
                await(() -> Files.readString(folder.resolve("log-0")).contains("1 calls run"));
                assertThat(serve.isAlive()).isTrue();
                serve.destroy();
                assertThat(lines.lines().collect(Collectors.joining("\n")))
                        .contains("data: {\"error\"", "shutting down");
            }
            assertThat(serve.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(serve.exitValue()).isZero();
            assertThat(data().resolve("server.json")).doesNotExist();

            Process unwell = keymesh(Map.of(), "health");
            assertThat(unwell.waitFor()).isEqualTo(1);
            assertThat(Files.readString(folder.resolve("log-2"))).contains("nobody runs a gateway");
            assertThat(keymesh(Map.of(), "ledger", "verify").waitFor()).isZero();
            assertThat(Files.readString(folder.resolve("printed-3"))).doesNotContain("held");
        } finally {
            provider.stop(0);
        }
    }

    @Test
    void plainHttpBeyondThisMachineIsWarnedOfAndAnEmptySecretStopsTheStart() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        Process refused = keymesh(
                Map.of("KEYMESH_MASTER_KEY_FILE", empty.toString()), "serve", "--port", "0", "--host", "0.0.0.0");
        assertThat(refused.waitFor()).isEqualTo(78);
        assertThat(Files.readString(folder.resolve("log-0"))).contains("KEYMESH_MASTER_KEY_FILE is empty");

        Process serve = keymesh(Map.of(), "serve", "--port", "0", "--host", "0.0.0.0");
        address(serve);
        assertThat(Files.readString(folder.resolve("log-1")).lines().filter(line -> line.contains("plain HTTP")))
                .hasSize(1);
        serve.destroy();
        assertThat(serve.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(serve.exitValue()).isZero();
    }

    @Test
    void aSignalBeforeTheStartHasEndedIsHeardToo() throws Exception {
        Process serve = keymesh(Map.of(), "serve", "--port", "0");
        await(() -> !serve.isAlive() || Files.exists(data().resolve("master.key")));
        serve.destroy();
        assertThat(serve.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(serve.exitValue()).isZero();
        assertThat(data().resolve("server.json")).doesNotExist();
    }

    private Path data() {
        return folder.resolve("data");
    }

    /** Streams one event and then nothing, for as long as the test runs. */
    private HttpServer provider() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(EVENT.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            try {
                streamed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        server.start();
        return server;
    }

    private Process keymesh(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.keymesh.server.Main"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--data", data().toString()));
        int number = started.size();
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("printed-" + number).toFile())
                .redirectError(folder.resolve("log-" + number).toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KEYMESH_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private String address(Process serve) throws Exception {
        Path file = data().resolve("server.json");
        await(() -> !serve.isAlive() || Files.exists(file));
        String said = Files.readString(file);
        int at = said.indexOf("http://");
        return said.substring(at, said.indexOf('"', at));
    }

    private void send(String address, String method, String path, String key, String body) throws Exception {
        HttpResponse<String> answer =
                http.send(request(address, method, path, key, body), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
    }

    private static HttpRequest request(String address, String method, String path, String key, String body) {
        return HttpRequest.newBuilder(URI.create(address + path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(20);
        }
    }
}
