package dev.keymesh.gateway.http;

import dev.keymesh.gateway.call.ModelCalls;
import dev.keymesh.gateway.dialect.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a server that serves: what is new is refused, what runs goes on until the deadline and is ended then, each
 * stream with its vendor's error event.
 */
final class Drainage {
    private static final Logger LOG = LoggerFactory.getLogger(Drainage.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    /** How long a connection that was just made may take to bring its one request. */
    private static final Duration FIRST_REQUEST = Duration.ofSeconds(1);

    /** How long the last events and refusals may take to be written and settled. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(3);

    private static final Refusal CLOSED = Refusal.unavailable("This node of Keymesh is shutting down, so nothing was"
            + " forwarded. Try again; other nodes, or the next process, serve the call.");
    private static final Refusal ENDED = Refusal.unavailable("This node of Keymesh is shutting down, and this call was"
            + " not at its end by then. Send it again; what it has cost so far is charged.");

    private final Edge.Drain drain;
    private final List<ServerConnector> connectors;
    private final CountDownLatch hurry = new CountDownLatch(1);
    private volatile boolean begun;
    private Set<HttpConnection> lastIdle = Set.of();

    Drainage(Edge.Drain drain, List<ServerConnector> connectors) {
        this.drain = drain;
        this.connectors = connectors;
    }

    /** Whether the server is told to end. */
    boolean hasBegun() {
        return begun;
    }

    /** Ends now what still runs. */
    void hurry() {
        hurry.countDown();
    }

    /** Returns when nothing runs any more, or nothing that could be ended in order. */
    void run(ModelCalls calls, Mount.@Nullable Mounted mcp) {
        long start = System.nanoTime();
        begun = true;
        await(drain.lead());
        calls.refuseAll(CLOSED);
        if (mcp != null) {
            mcp.drain();
        }
        connectors.forEach(ServerConnector::close);
        int running = busy(start).running;
        if (running > 0 && !drain.deadline().isZero()) {
            LOG.info(
                    "{} calls run. They have until {} s from the signal; a second signal ends them at once.",
                    running,
                    drain.deadline().toSeconds());
        }
        long deadline = start + drain.deadline().toNanos();
        if (!isOver(System.nanoTime(), deadline, true)) {
            calls.endAll(ENDED);
            long last = System.nanoTime();
            if (!isOver(last, last + LAST_WORDS.toNanos(), false)) {
                LOG.warn("{} requests could not be ended in order; their connections are cut.", busy(start).running);
            }
        }
    }

    /** Waits until nothing runs, and says whether that came before the deadline, or the hurry. */
    private boolean isOver(long from, long deadline, boolean patient) {
        while (true) {
            Busy busy = busy(from);
            if (busy.isOver()) {
                return true;
            }
            if (System.nanoTime() - deadline >= 0 || (patient && hurry.getCount() == 0)) {
                return busy.running == 0;
            }
            if (patient) {
                await(LOOK_EVERY);
            } else {
                pause();
            }
        }
    }

    /** Counts the connections that are in use, and closes those that were not at the last look either. */
    private Busy busy(long since) {
        int running = 0;
        int fresh = 0;
        Set<HttpConnection> idle = new HashSet<>();
        boolean waits = System.nanoTime() - since < FIRST_REQUEST.toNanos();
        for (HttpConnection connection : connections()) {
            if (connection.getHttpChannel().getRequest() != null) {
                running++;
            } else if (waits && connection.getMessagesIn() == 0) {
                fresh++;
            } else if (lastIdle.contains(connection)) {
                connection.getEndPoint().close();
            } else {
                // It may be between two calls that were sent at once.
                idle.add(connection);
            }
        }
        lastIdle = idle;
        return new Busy(running, fresh);
    }

    private List<HttpConnection> connections() {
        List<HttpConnection> all = new ArrayList<>();
        for (ServerConnector connector : connectors) {
            for (EndPoint endPoint : connector.getConnectedEndPoints()) {
                Connection connection = endPoint.getConnection();
                if (connection instanceof SslConnection secured) {
                    connection = secured.getSslEndPoint().getConnection();
                }
                if (connection instanceof HttpConnection http) {
                    all.add(http);
                }
            }
        }
        return all;
    }

    private void await(Duration time) {
        try {
            var _ = hurry.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            hurry.countDown();
            Thread.currentThread().interrupt();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_EVERY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * What keeps the server from ending.
     *
     * @param fresh connections that have not brought a request yet
     */
    private record Busy(int running, int fresh) {
        boolean isOver() {
            return running == 0 && fresh == 0;
        }
    }
}
