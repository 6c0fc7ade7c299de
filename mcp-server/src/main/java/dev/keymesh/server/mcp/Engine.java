package dev.keymesh.server.mcp;

import java.util.function.Consumer;

/** Speaks the revisions of one era of the protocol; the readers hand it what they have read. */
public interface Engine extends AutoCloseable {
    /**
     * Begins a conversation.
     *
     * @param initialize the client's first request
     * @param begun told of the conversation before the answer goes to the outlet: the client's next request may come at
     *     once
     * @throws RpcFault where the request does not fit
     */
    void begin(Message initialize, Outlet out, Consumer<Conversation> begun) throws RpcFault;

    @Override
    void close();

    /** What one client and we say to each other; safe for many threads. */
    interface Conversation extends AutoCloseable {
        String id();

        /**
         * Serves a request; returns when its answer went to the outlet.
         *
         * @param callers who calls, asked where it matters; throws {@link Unauthenticated}
         * @throws RpcFault where it does not fit
         */
        void request(Message request, Callers callers, Outlet out) throws RpcFault;

        void notification(Message notification);

        /** The client's answer to a request of ours. */
        void response(Message response);

        /** From now on, what belongs to no request goes there. */
        void listen(Outlet out);

        @Override
        void close();
    }

    /** Who is calling at this moment. */
    @FunctionalInterface
    interface Callers {
        Caller now();
    }
}
