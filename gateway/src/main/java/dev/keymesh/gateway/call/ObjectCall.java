package dev.keymesh.gateway.call;

import dev.keymesh.gateway.access.Chain;
import dev.keymesh.gateway.dialect.KeptObject;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Payload;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.ledger.CallRecord;
import dev.keymesh.gateway.ledger.HoldAnswer;
import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.provider.ObjectKind;
import dev.keymesh.gateway.provider.Provider;
import dev.keymesh.gateway.provider.ProviderObject;
import dev.keymesh.gateway.store.Ids;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call about what providers keep for their callers: a file or a batch, by its id or in a list. What is another
 * workspace's is not there. It waits where it must, on a virtual thread of its own.
 */
final class ObjectCall {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectCall.class);
    private static final int MAX_BATCH_BYTES = 256 * 1024 * 1024;
    /** How long an answer that tells of a batch's end waits for its settlement, so that its caller finds it paid. */
    private static final long SETTLED_SECONDS = 5;

    private final ModelCalls calls;
    private final ObjectCalls with;
    private final Operation operation;
    private final String objectId;
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final String id = Ids.next("req");
    private final Instant startedAt;
    private @Nullable Chain chain;
    /** Its record is written, or will be by whoever settles what it holds. */
    private boolean recorded;

    ObjectCall(
            ModelCalls calls,
            ObjectCalls with,
            Operation operation,
            String objectId,
            Request request,
            Response response,
            Callback callback) {
        this.calls = calls;
        this.with = with;
        this.operation = operation;
        this.objectId = objectId;
        this.request = request;
        this.response = response;
        this.callback = callback;
        startedAt = with.clock().instant();
    }

    void start() {
        switch (calls.authenticator().authenticate(request.getHeaders())) {
            case Authenticator.Outcome.No no -> refuse(no.refusal());
            case Authenticator.Outcome.Yes yes -> {
                chain = yes.chain();
                String encoding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
                if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
                    refuse(Refusal.encodedBody());
                } else if (brings()) {
                    int most = operation == Operation.FILES_CREATE ? BodyReader.MAX_FORM_BYTES : MAX_BATCH_BYTES;
                    new BodyReader(request, most, calls.bodies(), this::go, this::refuse).start();
                } else {
                    go(Payload.of(new byte[0]));
                }
            }
        }
    }

    private boolean brings() {
        return operation == Operation.FILES_CREATE || makesBatch();
    }

    private boolean makesBatch() {
        return operation == Operation.BATCHES_CREATE || operation == Operation.MESSAGES_BATCHES_CREATE;
    }

    private void go(Payload body) {
        Thread.startVirtualThread(() -> {
            try (body) {
                serve(body);
            } catch (Refused e) {
                refuse(e.refusal());
            } catch (NoAnswer e) {
                refuse(e.refusal());
            } catch (IOException | RuntimeException e) {
                failed(e);
            }
        });
    }

    private void failed(Exception e) {
        LOG.error("Call {} ended by a bug, or by a provider or caller that left.", id, e);
        if (response.isCommitted()) {
            callback.failed(e);
        } else {
            refuse(Refusal.unavailable("Keymesh failed while it served this call; its request id is " + id + "."));
        }
    }

    private void serve(Payload body) throws NoAnswer, IOException {
        with.admission().permitted(chain(), address());
        switch (operation) {
            case FILES_CREATE -> new FileUpload(this, with).serve(body);
            case BATCHES_CREATE, MESSAGES_BATCHES_CREATE -> new BatchMaking(this, with).serve(body);
            case FILES_LIST, BATCHES_LIST, MESSAGES_BATCHES_LIST -> new ObjectList(this, with).serve();
            case FILES_DELETE, MESSAGES_BATCHES_DELETE -> delete(own());
            case FILES_CONTENT, MESSAGES_BATCHES_RESULTS -> content(own());
            default -> object(own());
        }
    }

    /** The object of the path, where it is the workspace's. */
    private ProviderObject own() {
        ObjectKind kind = java.util.Objects.requireNonNull(operation.object());
        return with.objects()
                .find(kind, objectId, chain().key().space(), chain().key().workspace())
                .filter(object -> keeper(object).serves(operation.shape()))
                .orElseThrow(() -> new Refused(ObjectCalls.missing(operation, objectId)));
    }

    /** A provider may answer with what it made before, where an idempotency key is sent again: only to whose it is. */
    void stillOwn(ProviderObject object) {
        if (with.objects()
                .find(object.kind(), object.id(), object.space(), object.workspace())
                .isEmpty()) {
            throw new Refused(ObjectCalls.missing(operation, object.id()));
        }
    }

    /** The provider that keeps it, as long as it is served. */
    Provider keeper(ProviderObject object) {
        return with.providers()
                .get(object.provider())
                .filter(Provider::enabled)
                .orElseThrow(() -> new Refused(Refusal.noKeeper()));
    }

    /** The one that new objects of this shape go to: the oldest. */
    Provider keeper() {
        return with.providers().serving(operation.shape()).stream()
                .filter(provider -> provider.kind() != ProviderKind.DEMO)
                .findFirst()
                .orElseThrow(() -> new Refused(Refusal.noKeeper()));
    }

    private UpstreamAnswer ask(Provider provider) throws NoAnswer {
        return with.upstream().ask(provider, operation, objectId, query(), request.getHeaders(), Upstream.JSON, null);
    }

    private void object(ProviderObject object) throws NoAnswer, IOException {
        Provider provider = keeper(object);
        try (UpstreamAnswer answer = ask(provider)) {
            byte[] json = answer.whole();
            relay(answer, provider, answer.isGood() ? told(object, provider, json) : json);
        }
    }

    /** What the caller is told of an object, after its files have an owner, and its cost is known where that is quick. */
    private byte[] told(ProviderObject object, Provider provider, byte[] json) throws IOException {
        if (object.kind() != ObjectKind.BATCH) {
            return json;
        }
        Batches.Seen seen = with.batches().seen(object, provider, json);
        try {
            var _ = seen.settled()
                    .copy()
                    .completeOnTimeout(false, SETTLED_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (RuntimeException e) {
            LOG.debug("The batch {} is not settled yet: {}", object.id(), e.toString());
        }
        return edited(json, seen.state());
    }

    /** With the address of the results on this server, so that no client sends its key to the vendor. */
    static byte[] edited(byte[] json, KeptObject state) throws IOException {
        return state.toEdit().isEmpty()
                ? json
                : Payload.of(json).edited(state.toEdit()).stream().readAllBytes();
    }

    private void delete(ProviderObject object) throws NoAnswer, IOException {
        Provider provider = keeper(object);
        if (object.unsettled()) {
            with.batches().look(object);
        }
        try (UpstreamAnswer answer = ask(provider)) {
            byte[] json = answer.whole();
            if (answer.isGood()) {
                if (object.unsettled()) {
                    with.batches().deleted(object);
                }
            }
            if (answer.isGood() || answer.status() == 404) {
                with.objects().remove(object);
            }
            recorded(provider, answer.status());
            relay(answer, provider, json);
        }
    }

    private void content(ProviderObject object) throws NoAnswer, IOException {
        Provider provider = keeper(object);
        try (UpstreamAnswer answer = ask(provider)) {
            if (!answer.isGood()) {
                relay(answer, provider, answer.whole());
                return;
            }
            head(answer, true);
            try (OutputStream out = Content.Sink.asOutputStream(response)) {
                answer.stream().transferTo(out);
            }
            callback.succeeded();
        }
    }

    private void head(UpstreamAnswer answer, boolean same) {
        response.setStatus(answer.status());
        for (HttpField field : answer.fields()) {
            if (Upstream.relays(field) && (same || field.getHeader() != HttpHeader.CONTENT_LENGTH)) {
                response.getHeaders().add(field);
            }
        }
        response.getHeaders().put("x-keymesh-request-id", id);
    }

    /** Passes an answer on, with what is to be read in the place of its body. */
    void relay(UpstreamAnswer answer, Provider provider, byte[] body) {
        if (answer.status() == 401) {
            calls.rejections().rejected(provider, answer.status());
            refuse(Refusal.credentialRejected(provider.name()));
            return;
        }
        head(answer, false);
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    /** Answers with what was put together here. */
    void answer(byte[] json) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Upstream.JSON);
        response.getHeaders().put("x-keymesh-request-id", id);
        response.write(true, ByteBuffer.wrap(json), callback);
    }

    void budget(HoldAnswer.@Nullable Remaining tightest) {
        BudgetHeaders.put(tightest, response.getHeaders());
    }

    private void refuse(Refusal refusal) {
        if (chain != null && !recorded && (brings() || !operation.method().equals("GET"))) {
            recorded(null, refusal.status(operation.shape()), "refused", refusal.code());
        }
        calls.refuse(operation.shape(), refusal, id, response, callback);
    }

    /** Writes a call down that costs nothing; what only reads is not written down. */
    void recorded(Provider provider, int status) {
        recorded(provider, status, status < 400 ? "completed" : "failed", null);
    }

    private void recorded(@Nullable Provider provider, int status, String outcome, @Nullable String code) {
        recorded = true;
        with.ledger().record(record(provider, null, null, status, outcome, code, Settlement.NOTHING));
    }

    /** Something is held in its name, with which its record is written. */
    void holds() {
        recorded = true;
    }

    /** The record of this call, or of a part of the batch that it was to make. */
    CallRecord record(
            @Nullable Provider provider,
            @Nullable BatchPart part,
            @Nullable BatchAsk ask,
            int status,
            String outcome,
            @Nullable String code,
            Settlement settlement) {
        return new CallRecord(
                part == null ? id : part.call(),
                chain().scopes(),
                provider == null ? null : provider.name(),
                part == null ? null : part.model(),
                operation.wire(),
                status,
                provider == null ? null : (Integer) status,
                outcome,
                code == null || code.isEmpty() ? null : code,
                false,
                settlement.inputTokens(),
                settlement.cachedInputTokens(),
                settlement.outputTokens(),
                settlement.cost(),
                settlement.how(),
                part == null ? null : part.version(),
                ask == null ? null : ask.facts(),
                startedAt,
                Duration.between(startedAt, with.clock().instant()).toMillis(),
                null);
    }

    Operation operation() {
        return operation;
    }

    String id() {
        return id;
    }

    Chain chain() {
        return java.util.Objects.requireNonNull(chain);
    }

    Request request() {
        return request;
    }

    @Nullable
    String query() {
        return request.getHttpURI().getQuery();
    }

    /** Ends the call where its key was revoked while it was read. */
    void stillGood() {
        Refusal since = calls.authenticator().refusedSince(chain());
        if (since != null) {
            throw new Refused(since);
        }
    }

    @Nullable
    InetAddress address() {
        return ModelCalls.address(request);
    }
}
