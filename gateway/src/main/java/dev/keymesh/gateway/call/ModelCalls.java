package dev.keymesh.gateway.call;

import dev.keymesh.gateway.access.Chain;
import dev.keymesh.gateway.alert.Rejections;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Operations;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.dialect.RefusalBody;
import dev.keymesh.gateway.ledger.Ledger;
import dev.keymesh.gateway.metric.Metric;
import dev.keymesh.gateway.provider.ObjectKind;
import dev.keymesh.gateway.provider.Shape;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.gateway.trace.Traces;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** The vendors' paths: finds the operation and starts its call. */
public final class ModelCalls {
    private static final String ANTHROPIC = "anthropic-version";
    private static final Refusal CUT_OFF =
            Refusal.unavailable("This node of Keymesh is cut off from its database, so nothing was forwarded."
                    + " Try again; other nodes may serve the call.");

    private final Authenticator authenticator;
    private final Admission admission;
    private final Ledger ledger;
    private final LiveCalls live;
    private final Upstream upstream;
    private final ModelList models;
    private final ObjectCalls objects;
    private final InstantSource clock;
    private final BodyRoom bodies;
    private final Store store;
    /** Why nothing new is taken. */
    private volatile @Nullable Refusal closed;

    private final Rejections rejections;
    private final CallMeters meters;
    private final Traces traces;

    /**
     * Large bodies are kept in the folder while their calls run.
     *
     * @param store asked whether what is in memory is what it says
     * @param rejections told of a provider that refuses our credential
     */
    public ModelCalls(
            Authenticator authenticator,
            Admission admission,
            Ledger ledger,
            LiveCalls live,
            Upstream upstream,
            ModelList models,
            ObjectCalls objects,
            Path folder,
            InstantSource clock,
            Store store,
            Rejections rejections,
            CallMeters meters,
            Traces traces) {
        this.store = store;
        this.rejections = rejections;
        this.meters = meters;
        this.traces = traces;
        this.authenticator = authenticator;
        this.admission = admission;
        this.ledger = ledger;
        this.live = live;
        this.upstream = upstream;
        this.models = models;
        this.objects = objects;
        bodies = new BodyRoom(folder);
        this.clock = clock;
    }

    /** Takes no more calls, but for the first one of a connection: who made it could not know. */
    public void refuseAll(Refusal why) {
        closed = why;
    }

    /** Ends every call that runs, streams with the vendor's error event. */
    public void endAll(Refusal why) {
        live.endAll(why);
    }

    /** Answers every path that is a vendor's. */
    public void handle(Request request, Response response, Callback callback) {
        String path = request.getHttpURI().getPath();
        switch (Operations.find(request.getMethod(), path)) {
            case Operations.Lookup.Found found -> found(found, request, response, callback);
            case Operations.Lookup.WrongMethod wrong -> {
                String allowed = wrong.allowed();
                response.getHeaders().put("Allow", allowed);
                refuse(shape(wrong.operation(), request), Refusal.wrongMethod(allowed), response, callback);
            }
            case Operations.Lookup.UnknownPath unknown ->
                refuse(unknown.shape(), Refusal.unknownPath(printable(path)), response, callback);
        }
    }

    private void found(Operations.Lookup.Found found, Request request, Response response, Callback callback) {
        Operation operation = found.operation();
        if (!store.fresh()) {
            refuse(shape(operation, request), CUT_OFF, response, callback);
            return;
        }
        Refusal no = closed;
        if (no != null && request.getConnectionMetaData().getConnection().getMessagesIn() > 1) {
            refuse(shape(operation, request), no, response, callback);
            return;
        }
        if (store.shared() && authenticator.isUnheardOf(request.getHeaders())) {
            Thread.startVirtualThread(() -> unheardOf(found, request, response, callback));
        } else {
            started(found, request, response, callback);
        }
    }

    /** A key that another node issued is good here as soon as that one has answered. */
    private void unheardOf(Operations.Lookup.Found found, Request request, Response response, Callback callback) {
        try {
            store.catchUp();
            started(found, request, response, callback);
        } catch (StoreException e) {
            refuse(shape(found.operation(), request), CUT_OFF, response, callback);
        } catch (RuntimeException e) {
            callback.failed(e);
        }
    }

    private void started(Operations.Lookup.Found found, Request request, Response response, Callback callback) {
        Operation operation = found.operation();
        switch (operation) {
            case MODELS -> listed(shape(operation, request), null, request, response, callback);
            case MODEL -> listed(shape(operation, request), ModelList.decoded(found.id()), request, response, callback);
            default -> served(found, request, response, callback);
        }
    }

    private void served(Operations.Lookup.Found found, Request request, Response response, Callback callback) {
        Operation operation = found.operation();
        if (operation.object() == ObjectKind.FILE && request.getHeaders().contains(ANTHROPIC)) {
            // Anthropic's files have the same path, and are not served.
            String path = printable(request.getHttpURI().getPath());
            refuse(Shape.ANTHROPIC, Refusal.unknownPath(path), response, callback);
        } else if (operation.object() == null) {
            new ModelCall(this, operation, request, response, callback).start();
        } else {
            new ObjectCall(this, objects, operation, found.id(), request, response, callback).start();
        }
    }

    /** The lists of models have one path for both vendors. */
    private static Shape shape(Operation operation, Request request) {
        boolean both = operation == Operation.MODELS || operation == Operation.MODEL;
        return both && request.getHeaders().contains(ANTHROPIC) ? Shape.ANTHROPIC : operation.shape();
    }

    /**
     * Answers with the models, or with one of them.
     *
     * @param id null is all
     */
    private void listed(Shape shape, @Nullable String id, Request request, Response response, Callback callback) {
        switch (authenticator.authenticate(request.getHeaders())) {
            case Authenticator.Outcome.No no -> refuse(shape, no.refusal(), response, callback);
            case Authenticator.Outcome.Yes yes ->
                // The policy may have to evaluate, so not on a selector's thread.
                Thread.startVirtualThread(() -> {
                    try {
                        answer(shape, id, yes.chain(), response, callback);
                    } catch (RuntimeException e) {
                        callback.failed(e);
                    }
                });
        }
    }

    private void answer(Shape shape, @Nullable String id, Chain chain, Response response, Callback callback) {
        byte[] json = id == null ? models.json(shape, chain) : models.one(shape, chain, id);
        if (json == null) {
            refuse(shape, Refusal.noSuchModel(printable(id == null ? "" : id)), response, callback);
            return;
        }
        response.getHeaders().put("Content-Type", "application/json");
        response.getHeaders().put("x-keymesh-request-id", Ids.next("req"));
        response.write(true, ByteBuffer.wrap(json), callback);
    }

    private void refuse(Shape shape, Refusal refusal, Response response, Callback callback) {
        refuse(shape, refusal, Ids.next("req"), response, callback);
    }

    /** Writes the refusal of the request of this id. */
    void refuse(Shape shape, Refusal refusal, String id, Response response, Callback callback) {
        meters.refused(refusal.code());
        RefusalBody.Rendered rendered = RefusalBody.render(shape, refusal, id);
        response.setStatus(rendered.status());
        rendered.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        response.write(true, ByteBuffer.wrap(rendered.body()), Discard.before(response.getRequest(), callback));
    }

    /** The caller's; null where the connection has none. */
    static @Nullable InetAddress address(Request request) {
        return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress socket
                ? socket.getAddress()
                : null;
    }

    static String printable(String path) {
        return path.substring(0, Math.min(path.length(), 100)).replaceAll("[^!-~]", "?");
    }

    Authenticator authenticator() {
        return authenticator;
    }

    Admission admission() {
        return admission;
    }

    Ledger ledger() {
        return ledger;
    }

    Rejections rejections() {
        return rejections;
    }

    LiveCalls live() {
        return live;
    }

    /** What sends to the providers. */
    public Upstream upstream() {
        return upstream;
    }

    InstantSource clock() {
        return clock;
    }

    ObjectCalls objects() {
        return objects;
    }

    BodyRoom bodies() {
        return bodies;
    }

    CallMeters meters() {
        return meters;
    }

    Traces traces() {
        return traces;
    }

    /** The bytes of all requests that run: {@code memory} and {@code file}. */
    public Metric bodyBytes() {
        return Metric.gauge(
                "keymesh_request_body_bytes",
                "Bytes of the requests that are under way, by where they are kept.",
                List.of("place"),
                bodies::read);
    }
}
