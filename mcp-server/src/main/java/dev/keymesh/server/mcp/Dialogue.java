package dev.keymesh.server.mcp;

import dev.keymesh.sdk.KeymeshException;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A conversation with its running requests, so that they can be counted, cancelled and never fail without an answer. */
final class Dialogue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dialogue.class);
    private static final int MOST_AT_ONCE = 64;

    private final Engine.Conversation conversation;
    private final Map<JsonValue, Running> running = new ConcurrentHashMap<>();

    Dialogue(Engine.Conversation conversation) {
        this.conversation = conversation;
    }

    String id() {
        return conversation.id();
    }

    /**
     * Serves a request; whatever happens, one answer goes to the outlet unless it is cancelled. It counts as running from
     * now on, so that what cancels it may come next.
     *
     * @param executor runs it
     */
    void request(Message request, Engine.Callers callers, Outlet out, Executor executor) {
        Running mine = new Running(out, () -> running.remove(request.id()));
        try {
            enter(request.id(), mine);
        } catch (RpcFault e) {
            out.send(e.answer());
            return;
        }
        executor.execute(() -> {
            mine.begin();
            try {
                mine.answer(() -> conversation.request(request, callers, mine), request.id());
            } finally {
                running.remove(request.id(), mine);
                mine.leave();
            }
        });
    }

    private void enter(JsonValue id, Running mine) throws RpcFault {
        if (running.size() >= MOST_AT_ONCE) {
            throw new RpcFault(
                    RpcFault.UNAVAILABLE,
                    "More than " + MOST_AT_ONCE + " requests are running here. Wait for an answer, then send this one.",
                    id);
        }
        if (running.putIfAbsent(id, mine) != null) {
            throw new RpcFault(RpcFault.INVALID_REQUEST, "A request with this id is running. Use each id once.", id);
        }
    }

    void notification(Message notification) {
        if (notification.method().equals("notifications/cancelled")) {
            JsonValue id = notification.params().get("requestId");
            Running found = id == null ? null : running.get(id);
            if (found != null) {
                found.cancel();
            }
            return;
        }
        conversation.notification(notification);
    }

    void response(Message response) {
        conversation.response(response);
    }

    void listen(Outlet out) {
        conversation.listen(out);
    }

    /** Ends what still runs, without an answer. */
    @Override
    public void close() {
        conversation.close();
        running.values().forEach(Running::cancel);
    }

    /** One running request: cancelled, its thread is interrupted and nothing of it is sent any more. */
    private static final class Running implements Outlet {
        private final Outlet out;
        private final Runnable answered;
        private @Nullable Thread thread;
        private boolean cancelled;

        /**
         * A request that has not begun.
         *
         * @param answered told before the answer goes out: who has it may use the id again
         */
        Running(Outlet out, Runnable answered) {
            this.out = out;
            this.answered = answered;
        }

        synchronized void begin() {
            thread = Thread.currentThread();
            if (cancelled) {
                thread.interrupt();
            }
        }

        void answer(Serving serving, JsonValue id) {
            try {
                serving.run();
            } catch (RpcFault e) {
                send(e.answer());
            } catch (Unauthenticated e) {
                send(new RpcFault(RpcFault.UNAUTHENTICATED, String.valueOf(e.getMessage()), id).answer());
            } catch (KeymeshException e) {
                send(new RpcFault(RpcFault.UNAVAILABLE, String.valueOf(e.getMessage()), id).answer());
            } catch (RuntimeException e) {
                if (!cancelled()) {
                    LOG.error("A request of MCP ended by a bug.", e);
                    send(RpcFault.internal(id).answer());
                }
            }
        }

        @Override
        public synchronized void send(JsonObject message) {
            if (!cancelled) {
                if (!message.containsKey("method")) {
                    answered.run();
                }
                out.send(message);
            }
        }

        private synchronized boolean cancelled() {
            return cancelled;
        }

        synchronized void cancel() {
            cancelled = true;
            if (thread != null) {
                thread.interrupt();
            }
        }

        /** What cancelled this request must not reach what the thread does next. */
        synchronized void leave() {
            thread = null;
            var _ = Thread.interrupted();
        }
    }

    /** What may fail with a fault that is told. */
    private interface Serving {
        void run() throws RpcFault;
    }
}
