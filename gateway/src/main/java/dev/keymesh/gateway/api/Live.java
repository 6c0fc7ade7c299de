package dev.keymesh.gateway.api;

import org.jspecify.annotations.Nullable;

/** The rest of an answer that goes on: server-sent events, taken one after the other by one thread, then closed. */
public interface Live extends AutoCloseable {
    /**
     * What to send next; waits a second at most.
     *
     * @return empty where there is nothing yet; null where the answer ends
     */
    byte @Nullable [] next();

    @Override
    void close();
}
