package dev.keymesh.gateway.call;

import dev.keymesh.gateway.access.Chain;
import dev.keymesh.gateway.call.Settlement.Reached;
import dev.keymesh.gateway.dialect.AnswerNames;
import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.dialect.FactsReader;
import dev.keymesh.gateway.dialect.FileIds;
import dev.keymesh.gateway.dialect.FormReader;
import dev.keymesh.gateway.dialect.Meter;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Parsed;
import dev.keymesh.gateway.dialect.Payload;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.dialect.Splice;
import dev.keymesh.gateway.dialect.demo.DemoModel;
import dev.keymesh.gateway.ledger.Amounts;
import dev.keymesh.gateway.ledger.CallRecord;
import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.price.Bound;
import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.price.Usd;
import dev.keymesh.gateway.provider.Shape;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.trace.Answered;
import dev.keymesh.gateway.trace.Link;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a model, from its first byte to its record: authenticate, read the facts, admit, forward, relay, settle.
 * Never blocks; each step calls the next.
 */
final class ModelCall {
    private static final Logger LOG = LoggerFactory.getLogger(ModelCall.class);
    /** The vendors' vocabularies have tokens of 128 spaces, and none longer. */
    private static final int BYTES_OF_THE_LONGEST_TOKEN = 128;
    /** Twice what a token of text has; only together with an event for each token. */
    private static final int FEW_BYTES_A_TOKEN = 8;

    private final ModelCalls calls;
    private final Operation operation;
    private final Shape shape;
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final String id = Ids.next("req");
    private final Instant startedAt;
    /** Of a form. */
    private final String boundary;

    private final long startNanos = System.nanoTime();
    /** What its span hangs together with; null where it begins a trace, or none is made. */
    private final @Nullable Link link;

    private @Nullable Chain chain;
    private @Nullable Facts facts;
    private Admission.Answer.@Nullable Admitted admitted;
    private @Nullable Payload body;
    private volatile @Nullable Relay relay;
    private @Nullable Refusal stopped;
    private boolean recorded;
    /** When the request was whole. */
    private long wholeNanos;
    /** Nano-dollars, once it is settled; null is unknown. */
    private @Nullable Long cost;

    ModelCall(ModelCalls calls, Operation operation, Request request, Response response, Callback callback) {
        this.calls = calls;
        this.operation = operation;
        this.shape = operation.shape();
        this.request = request;
        this.response = response;
        this.callback = callback;
        startedAt = calls.clock().instant();
        boundary = operation.takesForm() ? boundary(request) : "";
        link = calls.traces().isOn() ? Link.of(request.getHeaders().getValuesList(Upstream.TRACE)) : null;
    }

    void start() {
        switch (calls.authenticator().authenticate(request.getHeaders())) {
            case Authenticator.Outcome.No no -> refuse(no.refusal());
            case Authenticator.Outcome.Yes yes -> {
                chain = yes.chain();
                String encoding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
                if (encoding == null || encoding.equalsIgnoreCase("identity")) {
                    new BodyReader(
                                    request,
                                    isForm() ? BodyReader.MAX_FORM_BYTES : BodyReader.MAX_JSON_BYTES,
                                    calls.bodies(),
                                    whole -> guarded(() -> read(whole)),
                                    this::refuse)
                            .start();
                } else {
                    refuse(Refusal.encodedBody());
                }
            }
        }
    }

    private void read(Payload whole) {
        body = whole;
        wholeNanos = System.nanoTime();
        switch (facts(whole)) {
            case Refusal refusal -> refuse(refusal);
            case Facts read -> admit(read);
        }
    }

    private Parsed facts(Payload whole) {
        if (isForm()) {
            return boundary.isEmpty() ? Refusal.badForm() : FormReader.read(operation, whole, boundary);
        }
        return FactsReader.read(operation, whole);
    }

    /** Where an operation takes a form and JSON as well, its type says which it is; anything else is read as a form. */
    private boolean isForm() {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        boolean json = operation == Operation.IMAGES_EDITS
                && type != null
                && type.regionMatches(true, 0, Upstream.JSON, 0, Upstream.JSON.length());
        return operation.takesForm() && !json;
    }

    /** Of a form; empty where there is none, or where more than one may be meant. */
    private static String boundary(Request request) {
        List<String> types = request.getHeaders().getValuesList(HttpHeader.CONTENT_TYPE);
        return types.size() == 1 ? FormReader.boundary(types.getFirst()) : "";
    }

    /** From here on a revocation finds the call; one that came since it was authenticated is looked for once more. */
    private void admit(Facts read) {
        facts = read;
        Chain of = java.util.Objects.requireNonNull(chain);
        calls.live().add(of.key().id(), this);
        Refusal since = calls.authenticator().refusedSince(of);
        if (since != null) {
            refuse(since);
            return;
        }
        if (FileIds.may(read)) {
            Thread.startVirtualThread(() -> guarded(() -> ownFiles(read, of)));
        } else {
            admit(read, of);
        }
    }

    /** Files that the provider keeps are named by their ids: they must be the workspace's own. */
    private void ownFiles(Facts read, Chain of) {
        Refusal foreign = calls.objects().foreign(read, java.util.Objects.requireNonNull(body), of);
        if (foreign == null) {
            admit(read, of);
        } else {
            refuse(foreign);
        }
    }

    private void admit(Facts read, Chain of) {
        calls.admission()
                .admit(
                        new Admission.Request(
                                id, of, read, java.util.Objects.requireNonNull(body), ModelCalls.address(request)),
                        answer -> guarded(() -> {
                            switch (answer) {
                                case Admission.Answer.Refused refused -> refuse(refused.refusal());
                                case Admission.Answer.Admitted go -> forward(read, go);
                            }
                        }));
    }

    /** A bug must leave neither a hold open nor a caller without an answer. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("Call {} ended by a bug.", id, e);
            Relay running = relay;
            if (running == null) {
                refuse(Refusal.unavailable("Keymesh failed while it served this call; its request id is " + id + "."));
            } else {
                running.broken(e);
            }
        }
    }

    private void forward(Facts read, Admission.Answer.Admitted go) {
        admitted = go;
        response.getHeaders().put("x-keymesh-request-id", id);
        BudgetHeaders.put(go.remaining(), response.getHeaders());
        boolean real = go.provider().kind() != ProviderKind.DEMO;
        boolean askUsage = real
                && operation.usageOnRequest()
                && read.stream()
                && read.usageOption().state() != Facts.UsageOption.State.ON;
        String capField = go.capToSet() == null
                ? null
                : operation
                        .outputCap()
                        .member(go.provider().kind(), go.provider().capField());
        if (capField != null) {
            response.getHeaders().add("x-keymesh-injected", capField + "=" + go.capToSet());
        }
        if (read.modelToSet()) {
            response.getHeaders().add("x-keymesh-injected", "model=" + read.model());
        }
        Payload sent = java.util.Objects.requireNonNull(body);
        if (capField != null || read.modelToSet() || askUsage) {
            sent = Splice.apply(sent, read, capField, go.capToSet() == null ? 0 : go.capToSet(), askUsage);
        }
        Relay next = new Relay(this, response, askUsage);
        Refusal already;
        synchronized (this) {
            relay = next;
            already = stopped;
        }
        if (already != null) {
            refuse(already);
            return;
        }
        if (real) {
            next.send(traced(calls.upstream()
                    .request(
                            go.provider(),
                            operation,
                            request.getHttpURI().getQuery(),
                            request.getHeaders(),
                            isForm() ? FormReader.contentType(boundary) : Upstream.JSON,
                            sent)));
        } else {
            Parsed again = FactsReader.read(operation, sent);
            next.play(DemoModel.answer(again instanceof Facts capped ? capped : read, sent), read.stream());
        }
    }

    /** A trace that came goes on to the provider, as one of our span where there is one. */
    private org.eclipse.jetty.client.Request traced(org.eclipse.jetty.client.Request to) {
        return link == null ? to : to.headers(headers -> headers.put(Upstream.TRACE, link.header()));
    }

    /** Ends the call from outside if it is not yet sent, or a stream; says whether it does. */
    boolean stop(Refusal why) {
        Relay running = unlessSent(why);
        return running == null || running.stop(why);
    }

    /** Ends the call whatever it is, for nobody will be there to read its end. */
    void halt(Refusal why) {
        Relay running = unlessSent(why);
        if (running != null) {
            running.halt(why);
        }
    }

    /** Null where it was not sent, and will not be. */
    private @Nullable Relay unlessSent(Refusal why) {
        synchronized (this) {
            if (relay == null) {
                stopped = why;
            }
            return relay;
        }
    }

    /** Keeps a silent stream alive. */
    void beat(long nowNanos) {
        Relay running = relay;
        if (running != null) {
            running.beat(nowNanos);
        }
    }

    String id() {
        return id;
    }

    Operation operation() {
        return operation;
    }

    int status(Refusal refusal) {
        return refusal.status(shape);
    }

    boolean asksForStream() {
        return facts != null && facts.stream();
    }

    boolean isOf(String space) {
        return chain != null && chain.key().space().equals(space);
    }

    boolean isUnder(Limit limit) {
        return chain != null
                && facts != null
                && chain.scopes().all().contains(limit.scope())
                && limit.counts(providerName(), facts.model());
    }

    Amounts held() {
        return admitted == null || admitted.hold() == null
                ? Amounts.NONE
                : admitted.hold().amounts();
    }

    /** Whether its input may come to less than it holds. */
    boolean isCountable() {
        Admission.Answer.Admitted go = admitted;
        return go != null && go.live() != null && go.live().countable();
    }

    /** Counts its input, so that it may hold less; waits for that. */
    void tighten(Counting counting) {
        Admission.Answer.Admitted go = admitted;
        if (go != null && go.live() != null) {
            go.live().count(counting);
        }
    }

    /** The answer has begun, and says how large the input was. */
    void reported(long inputTokens) {
        Admission.Answer.Admitted go = admitted;
        if (go != null && go.live() != null) {
            go.live().reported(inputTokens);
        }
    }

    /** Whether more output has passed than was held for, so that nothing stands behind what follows. */
    boolean isBeyondHold(Meter meter) {
        Bound bound = admitted == null || admitted.hold() == null ? null : admitted.bound();
        if (bound == null) {
            return false;
        }
        long most = bound.outputTokens();
        long bytes = meter.outputBytes();
        boolean many = meter.outputEvents() > most && bytes / FEW_BYTES_A_TOKEN > most;
        return many || bytes / BYTES_OF_THE_LONGEST_TOKEN > most || meter.reportedOutput() > most;
    }

    String providerName() {
        return admitted == null ? "" : admitted.provider().name();
    }

    /** The provider answered that it does not take our credential. */
    void credentialRejected(int answered) {
        if (admitted != null) {
            calls.rejections().rejected(admitted.provider(), answered);
        }
    }

    /** Of the provider that was admitted. */
    ProviderKind kind() {
        return java.util.Objects.requireNonNull(admitted).provider().kind();
    }

    private void release() {
        Payload whole = body;
        if (whole != null) {
            whole.close();
        }
    }

    /** The attempt is over and the answer is not yet at its end: settle first, so that the caller reads its own writes. */
    void settle(
            Reached reached,
            int status,
            int upstreamStatus,
            @Nullable Meter meter,
            String outcome,
            @Nullable String code) {
        if (recorded) {
            return;
        }
        recorded = true;
        release();
        Chain of = chain;
        Facts read = facts;
        Admission.Answer.Admitted go = admitted;
        if (of == null || go == null || read == null) {
            return;
        }
        calls.live().remove(of.key().id(), this);
        Relay used = relay;
        long unseen = shape == Shape.OPENAI && used != null ? used.unseenNanos() : 0;
        Settlement settlement = Settlement.of(
                reached,
                upstreamStatus,
                meter,
                go.price(),
                go.bound(),
                go.hold(),
                read,
                go.live() == null ? startedAt : go.live().at(),
                unseen);
        cost = settlement.cost();
        CallRecord record = record(of, read.model(), status, upstreamStatus, outcome, code, settlement);
        if (go.hold() == null) {
            calls.ledger().record(record);
        } else {
            calls.ledger().settle(go.hold(), record);
        }
        calls.traces().ended(record, link, answered(meter));
    }

    /** Answers with the refusal, in the caller's shape; nothing was relayed before. */
    void refuse(Refusal refusal) {
        int status = refusal.status(shape);
        if (admitted != null) {
            settle(Reached.NOTHING, status, 0, null, "failed", refusal.code());
        } else if (chain != null && !recorded) {
            recorded = true;
            release();
            calls.live().remove(chain.key().id(), this);
            CallRecord record = record(
                    chain,
                    facts == null ? null : facts.model(),
                    status,
                    0,
                    "refused",
                    refusal.code(),
                    Settlement.NOTHING);
            calls.ledger().record(record);
            calls.traces().ended(record, link, null);
        }
        calls.refuse(shape, refusal, id, response, callback);
    }

    private static @Nullable Answered answered(@Nullable Meter meter) {
        if (meter == null) {
            return null;
        }
        AnswerNames names = meter.names();
        return new Answered(names.model(), names.id(), names.finish());
    }

    private CallRecord record(
            Chain of,
            @Nullable String model,
            int status,
            int upstreamStatus,
            String outcome,
            @Nullable String code,
            Settlement settlement) {
        Relay used = relay;
        return new CallRecord(
                id,
                of.scopes(),
                admitted == null ? null : admitted.provider().name(),
                model,
                operation.wire(),
                status,
                upstreamStatus == 0 ? null : (Integer) upstreamStatus,
                outcome,
                code,
                facts != null && facts.stream(),
                settlement.inputTokens(),
                settlement.cachedInputTokens(),
                settlement.outputTokens(),
                settlement.cost(),
                settlement.how(),
                admitted == null || admitted.price() == null
                        ? null
                        : admitted.price().version(),
                facts == null ? null : FactsJson.of(facts),
                startedAt,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos),
                used == null || used.headNanos() == 0
                        ? null
                        : (Long) TimeUnit.NANOSECONDS.toMillis(used.headNanos() - startNanos));
    }

    /**
     * The answer is written to its end.
     *
     * @param sentNanos when the request was written to the provider
     * @param lastNanos when the last of the answer came
     */
    void succeeded(long sentNanos, long lastNanos) {
        calls.meters().added(operation, sentNanos - wholeNanos + System.nanoTime() - lastNanos);
        callback.succeeded();
    }

    void failed(Throwable why) {
        callback.failed(why);
    }

    /** What ends the exchange after a last write. */
    Callback completion() {
        return callback;
    }

    /** Copies an answer's head; without its length where bytes are taken out. */
    void head(int status, Iterable<HttpField> fields, boolean shorter) {
        response.setStatus(status);
        for (HttpField field : fields) {
            if (Upstream.relays(field) && !(shorter && field.getHeader() == HttpHeader.CONTENT_LENGTH)) {
                response.getHeaders().add(field);
            }
        }
        if (cost != null) {
            response.getHeaders().put("x-keymesh-cost", Usd.format(cost));
        }
    }
}
