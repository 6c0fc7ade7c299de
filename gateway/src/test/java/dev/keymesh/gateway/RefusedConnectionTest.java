package dev.keymesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusedConnectionTest {
    private static final String BODY = "{\"model\":\"demo-small\",\"messages\":[]}";

    @TempDir
    private Path folder;

    @Test
    void aConnectionServesTheNextRequestAfterARefusalThatCameBeforeTheBody() throws Exception {
        try (TestGateway at = new TestGateway(folder)) {
            for (String line : new String[] {
                "POST /v1/chat/completions", "POST /v1/nowhere", "PUT /v1/messages", "POST /api/v1/keys/validate"
            }) {
                URI address = URI.create(at.address());
                try (Socket socket = new Socket(address.getHost(), address.getPort())) {
                    OutputStream out = socket.getOutputStream();
                    send(out, line + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + BODY.length() + "\r\n\r\n");
                    Thread.sleep(50);
                    send(out, BODY);
                    assertThat(answer(socket.getInputStream())).as(line).startsWith("HTTP/1.1 4");
                    send(out, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
                    assertThat(answer(socket.getInputStream())).as(line).startsWith("HTTP/1.1 200");
                }
            }
        }
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** The head of an answer, whose body is read too. */
    private static String answer(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return "the end after '" + head + "'";
            }
            head.append((char) next);
        }
        String length = head.toString().toLowerCase(java.util.Locale.ROOT).split("content-length: ", 2)[1];
        in.readNBytes(Integer.parseInt(length.substring(0, length.indexOf('\r'))));
        return head.toString();
    }
}
