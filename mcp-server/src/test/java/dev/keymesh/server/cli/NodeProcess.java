package dev.keymesh.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code keymesh serve} on a shared database, as a process that can be killed and halted. */
final class NodeProcess implements AutoCloseable {
    private static final String ROOT = "kma-root-of-all-the-nodes-of-a-test-0123456789";

    private final Path data;
    private final String database;
    private final Process process;
    private final String address;
    private final HttpClient http = HttpClient.newHttpClient();

    NodeProcess(Path data, String database) throws Exception {
        this.data = Files.createDirectories(data);
        this.database = database;
        process = start("serve", "--port", "0");
        Path file = data.resolve("server.json");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.exists(file)) {
            assertThat(process.isAlive() && System.nanoTime() < end)
                    .as(Files.readString(data.resolve("log")))
                    .isTrue();
            Thread.sleep(20);
        }
        address = json(Files.readString(file)).getString("address");
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.keymesh.server.Main"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--data", data.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(
                ProcessBuilder.Redirect.appendTo(data.resolve("log").toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("KEYMESH_"));
        builder.environment().put("KEYMESH_DATABASE", database);
        builder.environment().put("KEYMESH_ROOT_KEY", ROOT);
        builder.environment().put("KEYMESH_MASTER_KEY", "A".repeat(43) + "=");
        return builder.start();
    }

    /** As {@code kill -9}. */
    void kill() {
        var _ = process.destroyForcibly().onExit().join();
    }

    /** Stands still where it is, connections and all, until it goes on. */
    void halt() throws Exception {
        signal("STOP");
    }

    void goOn() throws Exception {
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        String pid = String.valueOf(process.pid());
        assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor())
                .isZero();
    }

    /** What {@code ledger verify} printed; fails where it finds the books wrong. */
    String verified() throws Exception {
        Files.writeString(data.resolve("log"), "");
        int exit = start("ledger", "verify").waitFor();
        String printed = Files.readString(data.resolve("log"));
        assertThat(exit).as(printed).isZero();
        return printed;
    }

    JsonObject admin(String method, String path, String body) {
        HttpResponse<String> answer = send(method, path, ROOT, body);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
        return json(answer.body());
    }

    HttpResponse<String> send(String method, String path, String key, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new NoNode(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The node ended before it answered. */
    static final class NoNode extends RuntimeException {
        NoNode(IOException why) {
            super(why);
        }
    }

    /** Nano-dollars of the account's budget: {@code spent}, {@code held}. */
    long account(String member) {
        JsonObject budget = admin("GET", "/api/v1/budgets?scope=account", "")
                .getJsonArray("data")
                .getJsonObject(0);
        return new BigDecimal(budget.getString(member)).movePointRight(9).longValueExact();
    }

    private static JsonObject json(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    @Override
    public void close() {
        kill();
        http.shutdownNow();
    }
}
