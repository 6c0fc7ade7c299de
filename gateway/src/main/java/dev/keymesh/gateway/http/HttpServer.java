package dev.keymesh.gateway.http;

import dev.keymesh.gateway.access.Claims;
import dev.keymesh.gateway.api.Api;
import dev.keymesh.gateway.api.InProcess;
import dev.keymesh.gateway.api.MetricsApi;
import dev.keymesh.gateway.call.ModelCalls;
import dev.keymesh.gateway.page.Pages;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.util.thread.TryExecutor;
import org.jspecify.annotations.Nullable;

/** The one Jetty server: its threads, scheduler and buffers also serve the client side. */
public final class HttpServer implements AutoCloseable {
    /** Of each side. One for two cores: with more, each finds less to do at a time, and wakes and sleeps for it. */
    public static final int SELECTORS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    /** Of a request's first line and its headers, in bytes. */
    static final int MAX_HEAD = 16 * 1024;

    private final QueuedThreadPool threads = new QueuedThreadPool(16, 8);
    private final ArrayByteBufferPool buffers = new ArrayByteBufferPool();
    private final Server server;
    private final ServerConnector connector;
    /** Plain HTTP on loopback beside TLS, for what runs on this machine and cannot know the certificate's name. */
    private final @Nullable ServerConnector inside;

    private final @Nullable TlsFiles tls;
    private final Drainage drainage;
    private final String host;
    private @Nullable ModelCalls calls;
    private Mount.@Nullable Mounted mcp;

    /** A server that does not listen yet. */
    public HttpServer(String host, int port, Duration idleTimeout, Edge edge, InstantSource clock) {
        this.host = host;
        threads.setName("keymesh");
        server = new Server(threads, null, buffers);
        HttpConfiguration configuration = configuration(edge);
        HttpConnectionFactory plain = new HttpConnectionFactory(configuration);
        tls = edge.tls() == null ? null : new TlsFiles(edge.tls(), clock);
        connector = tls == null
                ? connector(host, port, idleTimeout, plain)
                : connector(host, port, idleTimeout, tls.before(plain.getProtocol()), plain);
        inside = tls == null ? null : connector("127.0.0.1", 0, idleTimeout, plain);
        drainage = new Drainage(edge.drain(), inside == null ? List.of(connector) : List.of(connector, inside));
        // Nothing runs any more when it is stopped.
        server.setStopTimeout(0);
        server.setErrorHandler(new Refuser());
    }

    private static HttpConfiguration configuration(Edge edge) {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(false);
        configuration.setRequestHeaderSize(MAX_HEAD);
        // Of each connection: 200 KB, and slower than reading the fields anew.
        configuration.setHeaderCacheSize(0);
        configuration.setResponseHeaderSize(16 * 1024);
        configuration.setHttpCompliance(HttpCompliance.RFC9110);
        // SDKs write the slash of a model's name as %2F. Paths are compared as they are written, so it separates
        // nothing.
        configuration.setUriCompliance(
                UriCompliance.DEFAULT.with("keymesh", UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR));
        configuration.setNotifyRemoteAsyncErrors(true);
        if (!edge.trustedProxies().isEmpty()) {
            configuration.addCustomizer(new Proxies(edge.trustedProxies()));
        }
        return configuration;
    }

    private ServerConnector connector(String address, int port, Duration idleTimeout, ConnectionFactory... protocols) {
        ServerConnector made =
                new ServerConnector(server, new OwnThread(threads), null, buffers, 1, SELECTORS, protocols);
        made.setHost(address);
        made.setPort(port);
        made.setAcceptQueueSize(4_096);
        made.setIdleTimeout(idleTimeout.toMillis());
        server.addConnector(made);
        return made;
    }

    public Executor executor() {
        return threads;
    }

    public Scheduler scheduler() {
        return server.getScheduler();
    }

    public ByteBufferPool buffers() {
        return buffers;
    }

    /** Starts the threads, so that what is composed on them can start before the port is open. */
    public void startThreads() {
        try {
            threads.start();
            server.getScheduler().start();
        } catch (Exception e) {
            throw new IllegalStateException("The server's threads did not start.", e);
        }
    }

    /**
     * Opens the port.
     *
     * @param mount what answers {@code /mcp}; null is nothing
     * @param ready what must hold for calls to be served
     * @throws BindException when it is taken
     */
    public void open(
            ModelCalls models,
            Api api,
            Pages pages,
            Claims claims,
            @Nullable Mount mount,
            Readiness ready,
            MetricsApi metrics)
            throws BindException {
        calls = models;
        mcp = mount == null ? null : mount.on(new InProcess(api), this::address);
        Pulse pulse = new Pulse(List.of(
                () -> server.getContainedBeans(ManagedSelector.class),
                () -> models.upstream().selectors()));
        MetricsApi open = onLoopback() ? metrics : null;
        server.setHandler(new Door(models, api, pages, new ClaimPage(claims), mcp, ready, pulse, drainage, open));
        try {
            server.start();
        } catch (Exception e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof BindException bind) {
                    throw bind;
                }
            }
            throw new IllegalStateException("The server did not start.", e);
        }
    }

    /** Whether it is bound to this machine alone. */
    private boolean onLoopback() {
        InetAddress bound = new InetSocketAddress(host, 0).getAddress();
        return bound != null && bound.isLoopbackAddress();
    }

    /** Requests and other work that wait for a thread. */
    public int queued() {
        return threads.getQueueSize();
    }

    /** The port that is listened on. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Where a process of this machine reaches the server. */
    public String address() {
        if (inside != null) {
            return "http://127.0.0.1:" + inside.getLocalPort();
        }
        return "http://" + self();
    }

    /** Where others do. */
    public String publicAddress() {
        return (tls == null ? "http://" : "https://") + self();
    }

    private String self() {
        boolean every = host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
        String name = every ? "127.0.0.1" : host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return name + ":" + port();
    }

    /** Ends now what a close still waits for. */
    public void hurry() {
        drainage.hurry();
    }

    /** Drains, then stops. */
    @Override
    public void close() {
        try {
            if (calls != null) {
                drainage.run(calls, mcp);
            }
            if (mcp != null) {
                mcp.close();
            }
            server.stop();
            if (tls != null) {
                tls.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException("The server did not stop.", e);
        }
    }

    /** Ends the threads, once nothing is left that runs on them. */
    public void stopThreads() throws Exception {
        server.getScheduler().stop();
        threads.stop();
    }

    /**
     * Goes on with a connection on the thread that ended its last answer, which is mostly to find that nothing more has
     * come: waking another thread for it costs more.
     */
    private record OwnThread(QueuedThreadPool threads) implements TryExecutor {
        @Override
        public void execute(Runnable task) {
            if (task instanceof Connection) {
                task.run();
            } else {
                threads.execute(task);
            }
        }

        @Override
        public boolean tryExecute(Runnable task) {
            return threads.tryExecute(task);
        }
    }
}
