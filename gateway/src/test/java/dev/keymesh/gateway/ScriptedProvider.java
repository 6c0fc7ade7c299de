package dev.keymesh.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A provider that answers with the bytes, the pauses and the breaks that a test writes down; a call a connection. */
final class ScriptedProvider implements AutoCloseable {
    private final ServerSocket server;
    private volatile Script script = (out, provider) -> {};
    volatile CountDownLatch called = new CountDownLatch(1);
    /** The last request: its first line and headers, and its body. */
    volatile String lastHead = "";

    volatile String lastBody = "";
    final CountDownLatch go = new CountDownLatch(1);

    /** Writes an answer; the connection is closed after it. */
    interface Script {
        void run(OutputStream out, ScriptedProvider provider) throws IOException, InterruptedException;
    }

    ScriptedProvider() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.startVirtualThread(this::accept);
    }

    /** Registers it, with a price of 1 USD a million tokens out for the model {@code s}. */
    ScriptedProvider at(TestGateway gateway) {
        gateway.admin(
                "POST",
                "/api/v1/providers",
                "{\"name\":\"scripted\",\"kind\":\"openai-compatible\",\"baseUrl\":\"" + baseUrl()
                        + "\",\"credential\":\"canary-credential-1234567890\"}");
        gateway.admin("PUT", "/api/v1/prices", """
                {"provider":"scripted","model":"s","inputPerMillion":"0","outputPerMillion":"1.00"}""");
        return this;
    }

    void answers(Script next) {
        script = next;
    }

    /** A whole answer of JSON. */
    void answersJson(String json) {
        int length = json.getBytes(StandardCharsets.UTF_8).length;
        script = (out, provider) -> write(
                out,
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + length
                        + "\r\n\r\n" + json);
    }

    /** A stream that is at its end after these events, or is cut off after them. */
    void answersEvents(String events, boolean whole) {
        int length = events.getBytes(StandardCharsets.UTF_8).length;
        script = (out, provider) -> write(
                out,
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + Integer.toHexString(length) + "\r\n" + events + "\r\n" + (whole ? "0\r\n\r\n" : ""));
    }

    /** As the OpenAI kinds want it; Anthropic's ends before the path. */
    String baseUrl() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/v1";
    }

    /** A head and a part of a body. */
    static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    void awaitGo() throws InterruptedException {
        if (!go.await(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The test never said go.");
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.startVirtualThread(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            request(socket.getInputStream());
            called.countDown();
            script.run(socket.getOutputStream(), this);
        } catch (IOException e) {
            // the gateway left
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void request(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("no request");
            }
            head.append((char) b);
        }
        String lower = head.toString().toLowerCase(java.util.Locale.ROOT);
        int at = lower.indexOf("content-length:") + 15;
        byte[] body = in.readNBytes(
                Integer.parseInt(lower.substring(at, lower.indexOf('\r', at)).strip()));
        lastHead = head.toString();
        lastBody = new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
