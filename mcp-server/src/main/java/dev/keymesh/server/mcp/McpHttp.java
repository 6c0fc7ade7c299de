package dev.keymesh.server.mcp;

import dev.keymesh.gateway.call.Authenticator;
import dev.keymesh.gateway.http.Mount;
import dev.keymesh.sdk.KeymeshException;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /mcp}: the protocol's HTTP transport. It looks at where a request comes from, at its credential and session,
 * reads the message, and hands it to the engine.
 */
public final class McpHttp implements Mount.Mounted {
    private static final Logger LOG = LoggerFactory.getLogger(McpHttp.class);
    private static final Set<String> REVISIONS = Set.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    private final Engine engine;
    private final Backend backend;
    private final HttpGuard guard;
    private final HttpSessions sessions;
    private final CountDownLatch draining = new CountDownLatch(1);

    /**
     * The transport.
     *
     * @param host the address that the server listens on
     */
    public McpHttp(Engine engine, Backend backend, String host, InstantSource clock) {
        this.engine = engine;
        this.backend = backend;
        this.guard = new HttpGuard(host);
        this.sessions = new HttpSessions(clock);
    }

    @Override
    public void handle(Request request, Response response, Callback callback) throws IOException {
        HttpAnswer answer = new HttpAnswer(response, callback);
        try {
            // Before any refusal: a connection with unread bytes is closed, and the client's next request on it is
            // lost.
            byte[] body = body(request);
            String foreign = guard.fault(request.getHeaders());
            if (foreign != null) {
                throw new HttpFault(403, RpcFault.INVALID_REQUEST, foreign);
            }
            Caller caller = caller(request, response);
            refuseWhileDraining(response);
            revision(request);
            switch (request.getMethod()) {
                case "POST" -> post(request, body, caller, answer);
                case "GET" -> listen(request, caller, answer);
                case "DELETE" -> {
                    sessions.end(session(request, caller));
                    answer.empty(204);
                }
                default -> {
                    response.getHeaders().put(HttpHeader.ALLOW, "POST, GET, DELETE");
                    throw new HttpFault(405, RpcFault.INVALID_REQUEST, "Send POST, GET or DELETE.");
                }
            }
        } catch (HttpFault e) {
            answer.json(e.status, e.rpc.answer());
        } catch (RuntimeException e) {
            LOG.error("A request of MCP ended by a bug.", e);
            answer.json(500, RpcFault.internal(JsonValue.NULL).answer());
        }
    }

    private Caller caller(Request request, Response response) throws HttpFault {
        try {
            String credential = Authenticator.secret(request.getHeaders());
            if (credential == null) {
                throw new Unauthenticated("Send a management key (kma-...) or a virtual key (km-...) as"
                        + " 'Authorization: Bearer ...'.");
            }
            return Caller.of(backend, credential);
        } catch (IllegalArgumentException e) {
            throw new HttpFault(
                    400, RpcFault.INVALID_REQUEST, "Two different credentials came with the request. Send one.");
        } catch (Unauthenticated e) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"keymesh\"");
            throw new HttpFault(401, RpcFault.UNAUTHENTICATED, String.valueOf(e.getMessage()));
        } catch (KeymeshException e) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
            throw new HttpFault(503, RpcFault.UNAVAILABLE, "The gateway does not answer. Try again in a second.");
        }
    }

    private void refuseWhileDraining(Response response) throws HttpFault {
        if (draining.getCount() == 0) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
            throw new HttpFault(
                    503,
                    RpcFault.UNAVAILABLE,
                    "This node of Keymesh is shutting down, so nothing was done. Begin a new session in a second.");
        }
    }

    private static void revision(Request request) throws HttpFault {
        String asked = request.getHeaders().get("MCP-Protocol-Version");
        if (asked != null && !REVISIONS.contains(asked)) {
            throw new HttpFault(
                    400,
                    RpcFault.INVALID_REQUEST,
                    "The MCP-Protocol-Version is not served. Served are: "
                            + String.join(", ", REVISIONS.stream().sorted().toList()) + ".");
        }
    }

    private void post(Request request, byte[] body, Caller caller, HttpAnswer answer) throws HttpFault {
        String type = header(request, "Content-Type").split(";", 2)[0].strip();
        if (!type.equals("application/json")) {
            throw new HttpFault(415, RpcFault.INVALID_REQUEST, "Send the message as application/json.");
        }
        if (!accepts(request, "application/json") || !accepts(request, "text/event-stream")) {
            throw new HttpFault(406, RpcFault.INVALID_REQUEST, "Send 'Accept: application/json, text/event-stream'.");
        }
        Message message;
        try {
            message = Message.read(body);
        } catch (RpcFault e) {
            throw new HttpFault(400, e);
        }
        if (message.method().equals("initialize") && message.kind() == Message.Kind.REQUEST) {
            begin(message, caller, answer);
            return;
        }
        Dialogue dialogue = session(request, caller);
        switch (message.kind()) {
            case REQUEST -> {
                dialogue.request(message, () -> caller, answer, Runnable::run);
                answer.close();
            }
            case NOTIFICATION -> {
                dialogue.notification(message);
                answer.empty(202);
            }
            case RESPONSE -> {
                dialogue.response(message);
                answer.empty(202);
            }
        }
    }

    private void begin(Message initialize, Caller caller, HttpAnswer answer) throws HttpFault {
        try {
            engine.begin(initialize, answer, begun -> {
                sessions.add(caller.id(), new Dialogue(begun));
                answer.session(begun.id());
            });
        } catch (RpcFault e) {
            throw new HttpFault(400, e);
        }
    }

    private static byte[] body(Request request) throws IOException, HttpFault {
        byte[] body = Content.Source.asInputStream(request).readNBytes(Message.LONGEST + 1);
        if (body.length > Message.LONGEST) {
            throw new HttpFault(
                    413,
                    RpcFault.INVALID_REQUEST,
                    "The message is longer than " + Message.LONGEST + " bytes. Nothing was done.");
        }
        return body;
    }

    /** The stream of what belongs to no request, for as long as the client reads and the credential is good. */
    private void listen(Request request, Caller caller, HttpAnswer answer) throws HttpFault {
        if (!accepts(request, "text/event-stream")) {
            throw new HttpFault(406, RpcFault.INVALID_REQUEST, "Send 'Accept: text/event-stream'.");
        }
        Dialogue dialogue = session(request, caller);
        answer.stream();
        dialogue.listen(answer);
        try {
            while (answer.alive() && sessions.find(dialogue.id(), caller.id()) != null) {
                if (draining.await(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)) {
                    break;
                }
                var _ = Caller.of(backend, caller.credential());
            }
        } catch (Unauthenticated | KeymeshException e) {
            // A key that was revoked hears nothing more.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        answer.close();
    }

    private Dialogue session(Request request, Caller caller) throws HttpFault {
        String id = request.getHeaders().get("Mcp-Session-Id");
        if (id == null) {
            throw new HttpFault(
                    400,
                    RpcFault.INVALID_REQUEST,
                    "Send 'initialize' first, and then the Mcp-Session-Id that its answer has.");
        }
        Dialogue found = sessions.find(id, caller.id());
        if (found == null) {
            throw new HttpFault(
                    404, RpcFault.INVALID_REQUEST, "There is no such session. Begin a new one with 'initialize'.");
        }
        return found;
    }

    private static boolean accepts(Request request, String type) {
        String accept = header(request, "Accept");
        return accept.isEmpty()
                || accept.contains("*/*")
                || accept.contains(type)
                || accept.contains(type.substring(0, type.indexOf('/')) + "/*");
    }

    private static String header(Request request, String name) {
        String value = String.join(", ", request.getHeaders().getValuesList(name));
        return value.toLowerCase(Locale.ROOT);
    }

    /** The streams that only listen end; a request that runs is answered. */
    @Override
    public void drain() {
        draining.countDown();
    }

    /** Lets no stream keep the server from stopping. */
    @Override
    public void close() {
        sessions.close();
        engine.close();
    }

    /** Why a request is not served. */
    private static final class HttpFault extends Exception {
        private final int status;
        private final RpcFault rpc;

        HttpFault(int status, RpcFault rpc) {
            super(rpc.getMessage(), null, false, false);
            this.status = status;
            this.rpc = rpc;
        }

        HttpFault(int status, int code, String message) {
            this(status, new RpcFault(code, message, JsonValue.NULL));
        }
    }
}
