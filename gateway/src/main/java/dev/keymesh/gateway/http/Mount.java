package dev.keymesh.gateway.http;

import dev.keymesh.sdk.Transport;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What the program puts on {@code /mcp}: the gateway gives it the ways in and knows nothing else of it. */
@FunctionalInterface
public interface Mount {
    /**
     * Makes what answers.
     *
     * @param rest the REST API without a network
     * @param address where this server can be called from this machine; known once it listens
     */
    Mounted on(Transport rest, Supplier<String> address);

    /** Answers the requests of one path, each on a virtual thread of its own; closed before the server stops. */
    interface Mounted extends AutoCloseable {
        void handle(Request request, Response response, Callback callback) throws Exception;

        /** Begins nothing more, and ends what waits for nothing in particular; what runs goes on. */
        default void drain() {}

        @Override
        void close();
    }
}
