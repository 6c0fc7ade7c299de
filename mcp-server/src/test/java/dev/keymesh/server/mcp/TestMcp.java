package dev.keymesh.server.mcp;

import dev.keymesh.gateway.GatewayConfig;
import dev.keymesh.sdk.HttpTransport;
import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.server.DataFolder;
import dev.keymesh.server.ModelPath;
import dev.keymesh.server.Owner;
import dev.keymesh.server.Version;
import dev.keymesh.server.mcp.sdk.SdkEngine;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A gateway with MCP on it, over real HTTP, and clients of both transports that write messages by hand. */
public final class TestMcp implements AutoCloseable {
    public final Owner owner;
    public final String root;
    final Keymesh admin;
    final HttpClient http = HttpClient.newHttpClient();

    public TestMcp(Path folder) throws IOException {
        owner = Owner.open(DataFolder.own(folder), GatewayConfig.embedded(folder));
        root = Files.readString(folder.resolve("root.key")).strip();
        admin = Keymesh.at(owner.address()).with(root);
    }

    /** The answer to a call of the REST API as root. */
    JsonObject rest(String method, String path, @Nullable String body) {
        return json(new String(
                admin.exchange(method, path, body == null ? null : body.getBytes(StandardCharsets.UTF_8))
                        .body(),
                StandardCharsets.UTF_8));
    }

    JsonObject issue(String members) {
        return rest("POST", "/api/v1/spaces/default/keys", "{\"title\":\"t\"" + members + "}");
    }

    /** A management key with a set; empty as long as the REST API issues none. */
    Optional<String> managementKey(String set) {
        try {
            return Optional.of(
                    rest("POST", "/api/v1/management-keys", "{\"title\":\"t\",\"permissionSet\":\"" + set + "\"}")
                            .getString("secret"));
        } catch (KeymeshException e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    Backend backend() {
        return new Backend(HttpTransport.to(owner.address()), ModelPath.at(owner.address()));
    }

    /** The answer to a message; an empty credential is none. */
    HttpResponse<String> post(String credential, @Nullable String session, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(owner.address() + "/mcp"))
                .header("Accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        boolean typed = false;
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
            typed |= headers[i].equals("Content-Type");
        }
        if (!typed) {
            request.header("Content-Type", "application/json");
        }
        if (!credential.isEmpty()) {
            request.header("Authorization", "Bearer " + credential);
        }
        if (session != null) {
            request.header("Mcp-Session-Id", session);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The id of a new session. */
    String session(String credential) throws IOException, InterruptedException {
        HttpResponse<String> answer = post(credential, null, initialize("{}"));
        return answer.headers()
                .firstValue("mcp-session-id")
                .orElseThrow(() -> new IllegalStateException(answer.body()));
    }

    Stdio stdio(String credential) throws IOException {
        return new Stdio(credential);
    }

    static String initialize(String capabilities) {
        return "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\","
                + "\"capabilities\":" + capabilities + ",\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}";
    }

    static String call(String tool, String arguments) {
        return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":" + arguments + "}}";
    }

    static JsonObject json(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    @Override
    public void close() {
        owner.close();
    }

    /** Our reader of standard input, on pipes; the protocol's lines are written by hand. */
    final class Stdio implements Closeable {
        private final OutputStream to;
        private final BufferedReader from;
        private final Thread server;

        Stdio(String credential) throws IOException {
            // The system's pipes: Java's piped streams fail when the thread that wrote last has ended.
            Pipe requests = Pipe.open();
            Pipe answers = Pipe.open();
            to = Channels.newOutputStream(requests.sink());
            InputStream in = Channels.newInputStream(requests.source());
            OutputStream out = Channels.newOutputStream(answers.sink());
            from = new BufferedReader(
                    new InputStreamReader(Channels.newInputStream(answers.source()), StandardCharsets.UTF_8));
            Engine.Callers callers = () -> {
                if (credential.isEmpty()) {
                    throw new Unauthenticated("Set KEYMESH_API_KEY.");
                }
                return Caller.of(backend(), credential);
            };
            server = Thread.ofPlatform().start(() -> {
                try (out;
                        Engine engine = new SdkEngine(Tools.all(), Version.TEXT)) {
                    new StdioServer(engine, callers, in, out).run();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
        }

        Stdio initialized(String capabilities) throws IOException {
            String answer = ask(initialize(capabilities));
            if (!answer.contains("\"result\"")) {
                throw new IllegalStateException(answer);
            }
            write("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n");
            return this;
        }

        void write(String text) throws IOException {
            write(text.getBytes(StandardCharsets.UTF_8));
        }

        void write(byte[] bytes) throws IOException {
            new ByteArrayInputStream(bytes).transferTo(to);
            to.flush();
        }

        String read() throws IOException {
            return from.readLine();
        }

        String ask(String message) throws IOException {
            write(message + "\n");
            return read();
        }

        /** Ends the input and waits for the server's end; what it still had to say. */
        String end() throws IOException, InterruptedException {
            to.close();
            StringBuilder rest = new StringBuilder();
            for (String line = from.readLine(); line != null; line = from.readLine()) {
                rest.append(line).append('\n');
            }
            server.join(15_000);
            if (server.isAlive()) {
                throw new IllegalStateException("The server goes on without an input.");
            }
            return rest.toString();
        }

        @Override
        public void close() throws IOException {
            to.close();
        }
    }
}
