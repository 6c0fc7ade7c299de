package dev.keymesh.gateway.call;

import dev.keymesh.gateway.alert.Post;
import dev.keymesh.gateway.provider.Forbidden;
import dev.keymesh.gateway.provider.PublicAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.client.ByteBufferRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * The client that webhooks are sent with. It connects to the addresses that were judged, so that a name cannot lead
 * elsewhere between the look and the connection. It is made when the first webhook is sent.
 */
public final class WebhookClient implements Post, AutoCloseable {
    private static final long RESOLVE_MILLIS = TimeUnit.SECONDS.toMillis(5);
    private static final Duration WHOLE = Duration.ofSeconds(10);

    private final Executor executor;
    private final Scheduler scheduler;
    private final ByteBufferPool pool;
    private final Addresses addresses;
    private final Duration timeout;
    private @Nullable HttpClient client;
    private boolean closed;

    /**
     * On the server's own threads, scheduler and buffers.
     *
     * @param allowPrivate whether private addresses may be called; those of metadata services never are
     */
    public WebhookClient(Executor executor, Scheduler scheduler, ByteBufferPool pool, boolean allowPrivate) {
        this(
                executor,
                scheduler,
                pool,
                new Addresses(
                        new SocketAddressResolver.Async(executor, scheduler, RESOLVE_MILLIS), callable(allowPrivate)),
                WHOLE);
    }

    WebhookClient(Executor executor, Scheduler scheduler, ByteBufferPool pool, Addresses addresses, Duration timeout) {
        this.executor = executor;
        this.scheduler = scheduler;
        this.pool = pool;
        this.addresses = addresses;
        this.timeout = timeout;
    }

    static Predicate<InetAddress> callable(boolean allowPrivate) {
        return allowPrivate ? address -> !Forbidden.address(address) : PublicAddress::is;
    }

    @Override
    public Answer send(URI url, Map<String, String> headers, byte[] body) {
        InputStreamResponseListener listener = new InputStreamResponseListener();
        try {
            started()
                    .POST(url)
                    .headers(to -> {
                        to.put("User-Agent", "Keymesh");
                        headers.forEach(to::put);
                    })
                    .body(new ByteBufferRequestContent("application/json", ByteBuffer.wrap(body)))
                    .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .send(listener);
            int status = listener.get(timeout.toMillis(), TimeUnit.MILLISECONDS).getStatus();
            return new Answer(status, "", beginning(listener));
        } catch (TimeoutException e) {
            return none("The receiver did not answer within " + timeout.toSeconds() + " s.");
        } catch (ExecutionException e) {
            return none(reason(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return none("Keymesh was stopped.");
        }
    }

    private synchronized HttpClient started() {
        if (closed) {
            throw new IllegalStateException("Keymesh is stopping.");
        }
        HttpClient running = client;
        if (running == null) {
            running = make();
            client = running;
        }
        return running;
    }

    private HttpClient make() {
        HttpClient made = BareClient.of(
                new HttpClientTransportOverHTTP(BareClient.connector(1, executor, scheduler, new FreshViews(pool))),
                addresses,
                "keymesh-webhooks");
        BareClient.start(made);
        return made;
    }

    /** As far as it comes: what was answered is known by its head. */
    private static String beginning(InputStreamResponseListener listener) {
        try (InputStream body = listener.getInputStream()) {
            String text = new String(body.readNBytes(KEPT), StandardCharsets.UTF_8);
            return text.replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", " ");
        } catch (IOException e) {
            return "";
        }
    }

    private Answer none(String why) {
        return new Answer(0, why, "");
    }

    /** In words that hold neither the URL nor an address that a name led to. */
    private String reason(@Nullable Throwable why) {
        return switch (why) {
            case UnknownHostException _ -> "The host has no address that may be called.";
            case TimeoutException _ -> "The receiver did not answer within " + timeout.toSeconds() + " s.";
            case SocketTimeoutException _ ->
                "The receiver took no connection within " + BareClient.CONNECT.toSeconds() + " s.";
            case ConnectException _ -> "The receiver takes no connection.";
            case SSLException refused
            when isOfTheCertificate(refused) ->
                "The receiver's TLS certificate is not trusted here, or not made for its host.";
            case SSLException _ -> "The receiver speaks no TLS that is acceptable.";
            case null -> "The connection was lost.";
            default -> "The connection was lost: " + why.getClass().getSimpleName() + ".";
        };
    }

    private static boolean isOfTheCertificate(Throwable refused) {
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException || cause instanceof CertPathBuilderException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            try {
                client.stop();
            } catch (Exception e) {
                throw new IllegalStateException("The webhooks' HTTP client did not stop.", e);
            }
        }
    }
}
