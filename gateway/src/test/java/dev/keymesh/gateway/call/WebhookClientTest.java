package dev.keymesh.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.Receiver;
import dev.keymesh.gateway.alert.Post;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a receiver can do to the client of webhooks. */
class WebhookClientTest {
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);

    private final QueuedThreadPool threads = new QueuedThreadPool();
    private final ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler();
    private final ArrayByteBufferPool buffers = new ArrayByteBufferPool();
    private Receiver receiver;

    @BeforeEach
    void start() throws Exception {
        receiver = new Receiver();
        threads.start();
        scheduler.start();
    }

    @AfterEach
    void stop() throws Exception {
        receiver.close();
        scheduler.stop();
        threads.stop();
    }

    /** A client to which every name leads to these addresses, one look after the other. */
    private WebhookClient client(boolean allowPrivate, Duration timeout, String... addresses) {
        AtomicInteger looks = new AtomicInteger();
        SocketAddressResolver names = (host, port, context, promise) -> {
            String address = addresses[Math.min(looks.getAndIncrement(), addresses.length - 1)];
            promise.succeeded(List.of(new InetSocketAddress(InetAddress.ofLiteral(address), port)));
        };
        return new WebhookClient(
                threads, scheduler, buffers, new Addresses(names, WebhookClient.callable(allowPrivate)), timeout);
    }

    private Post.Answer send(WebhookClient client, String path) {
        return client.send(URI.create("http://hooks.example.com:" + receiver.port() + path), Map.of(), BODY);
    }

    @Test
    void aNameThatLeadsToAPrivateAddressIsNotConnectedTo() {
        for (String address : List.of("127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "fd00::1", "100.64.0.1")) {
            try (WebhookClient client = client(false, PATIENT, address)) {
                Post.Answer answer = send(client, "/");
                assertThat(answer.status()).isZero();
                assertThat(answer.error())
                        .isEqualTo("The host has no address that may be called.")
                        .doesNotContain(address);
            }
        }
        assertThat(receiver.messages()).isEmpty();
    }

    @Test
    void aNameThatLeadsElsewhereAtTheSecondLookIsLookedAtOnce() {
        // 192.0.2.1 stands for a public address that is judged good and then answers nothing.
        AtomicInteger judged = new AtomicInteger();
        SocketAddressResolver names = (host, port, context, promise) -> promise.succeeded(List.of(
                new InetSocketAddress(InetAddress.ofLiteral(judged.get() == 0 ? "127.0.0.1" : "127.0.0.2"), port)));
        Addresses addresses = new Addresses(names, address -> judged.incrementAndGet() == 1);
        try (WebhookClient client = new WebhookClient(threads, scheduler, buffers, addresses, PATIENT)) {
            assertThat(send(client, "/").status()).isEqualTo(204);
            assertThat(judged).hasValue(1);
        }
        assertThat(receiver.messages()).hasSize(1);
    }

    @Test
    void whereItIsAllowedAPrivateAddressIsCalledButNeverOneOfMetadata() {
        try (WebhookClient client = client(true, PATIENT, "127.0.0.1")) {
            assertThat(send(client, "/").status()).isEqualTo(204);
        }
        try (WebhookClient client = client(true, PATIENT, "169.254.169.254")) {
            assertThat(send(client, "/").error()).contains("no address that may be called");
        }
    }

    @Test
    void aRedirectIsAnAnswerAndNotFollowed() {
        receiver.redirects("/elsewhere");
        try (WebhookClient client = client(true, PATIENT, "127.0.0.1")) {
            assertThat(send(client, "/first").status()).isEqualTo(302);
        }
        assertThat(receiver.messages()).extracting(Receiver.Message::path).containsExactly("/first");
    }

    @Test
    void aReceiverThatIsSlowIsGivenUp() {
        CountDownLatch open = receiver.hangs();
        try (WebhookClient client = client(true, Duration.ofSeconds(1), "127.0.0.1")) {
            Post.Answer answer = send(client, "/");
            assertThat(answer.status()).isZero();
            assertThat(answer.error()).isEqualTo("The receiver did not answer within 1 s.");
            assertThat(receiver.messages()).hasSize(1);
        } finally {
            open.countDown();
        }
    }

    @Test
    void aReceiverThatIsDownIsSaidToBeDown() {
        receiver.close();
        try (WebhookClient client = client(true, PATIENT, "127.0.0.1")) {
            assertThat(send(client, "/s3cret").error())
                    .isEqualTo("The receiver takes no connection.")
                    .doesNotContain("s3cret");
        }
    }

    @Test
    void ofAnAnswerNoMoreThanAKilobyteIsKept() {
        receiver.answers(500, "x".repeat(100_000) + "\u0007");
        try (WebhookClient client = client(true, PATIENT, "127.0.0.1")) {
            assertThat(send(client, "/").body()).hasSize(1_024);
            receiver.answers(500, "a\u0007\u001bb");
            assertThat(send(client, "/").body()).isEqualTo("a  b");
        }
    }
}
