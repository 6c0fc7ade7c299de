package dev.keymesh.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.alert.Post;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterimAnswersTest {
    private final QueuedThreadPool threads = new QueuedThreadPool();
    private final ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler();

    @BeforeEach
    void start() throws Exception {
        threads.start();
        scheduler.start();
    }

    @AfterEach
    void stop() throws Exception {
        scheduler.stop();
        threads.stop();
    }

    private static void answer(ServerSocket server, String interim) {
        try (Socket socket = server.accept()) {
            var _ = socket.getInputStream().read(new byte[8_192]);
            String text = interim + "\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            var _ = socket.getInputStream().read();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 100 Continue\r\n",
                "HTTP/1.1 102 Processing\r\n",
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n"
            })
    void whatIsSaidBeforeTheAnswerIsNotTheAnswer(String interim) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                WebhookClient client = new WebhookClient(threads, scheduler, new ArrayByteBufferPool(), true)) {
            Thread.ofVirtual().start(() -> answer(server, interim));
            Post.Answer answer = client.send(
                    URI.create("http://127.0.0.1:" + server.getLocalPort() + "/"), Map.of(), new byte[] {'{', '}'});
            assertThat(answer).isEqualTo(new Post.Answer(200, "", "ok"));
        }
    }
}
