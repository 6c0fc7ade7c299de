package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.BatchBody;
import dev.keymesh.gateway.dialect.BatchRequests;
import dev.keymesh.gateway.dialect.KeptObject;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Payload;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.ledger.Hold;
import dev.keymesh.gateway.provider.ObjectKind;
import dev.keymesh.gateway.provider.Provider;
import dev.keymesh.gateway.provider.ProviderObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A batch on its way to a provider: read, admitted, forwarded, written down. From then on its holds outlive this process, and
 * {@link Batches} settles them; until then they are those of any call.
 */
final class BatchMaking {
    /** Both vendors end a batch after a day; then there is a day to see its end. */
    private static final Duration LONGEST = Duration.ofDays(2);

    private final ObjectCall call;
    private final ObjectCalls with;

    BatchMaking(ObjectCall call, ObjectCalls with) {
        this.call = call;
        this.with = with;
    }

    /** What is to be made, and where. */
    private record Wanted(Provider provider, BatchAsk ask) {}

    void serve(Payload body) throws NoAnswer, IOException {
        Wanted wanted = call.operation() == Operation.BATCHES_CREATE ? ofFile(body) : ofRequests(body);
        Provider provider = wanted.provider;
        BatchAdmission.Held held =
                with.admission().admit(call.id(), call.chain(), provider, call.operation(), wanted.ask, call.address());
        call.holds();
        Forwarded forwarded = new Forwarded(provider, held);
        try {
            call.stillGood();
            call.budget(held.tightest());
            forward(forwarded, body);
        } finally {
            forwarded.settle();
        }
    }

    private Wanted ofFile(Payload body) {
        BatchBody.Read.Body wanted = switch (BatchBody.read(body)) {
            case BatchBody.Read.No no -> throw new Refused(no.refusal());
            case BatchBody.Read.Body of -> of;
        };
        ProviderObject file = with.objects()
                .find(
                        ObjectKind.FILE,
                        wanted.file(),
                        call.chain().key().space(),
                        call.chain().key().workspace())
                .orElseThrow(
                        () -> new Refused(Refusal.noSuchFile(ModelCalls.printable(wanted.file()), "input_file_id")));
        BatchAsk ask = BatchAsk.of(file.facts());
        if (ask == null) {
            throw new Refused(Refusal.invalid(
                    "input_file_id", "The file was not sent with the purpose 'batch', so its requests are not known."));
        }
        if (ask.operation() != wanted.operation()) {
            throw new Refused(
                    Refusal.invalid("endpoint", "The requests of the file have another 'url' than 'endpoint'."));
        }
        return new Wanted(call.keeper(file), ask);
    }

    private Wanted ofRequests(Payload body) throws IOException {
        Provider provider = call.keeper();
        BatchSum sum = new BatchSum(with, call.chain(), provider);
        with.turns().acquireUninterruptibly();
        try {
            Refusal refusal = BatchRequests.read(body, sum);
            if (refusal != null) {
                throw new Refused(refusal);
            }
        } finally {
            with.turns().release();
        }
        return new Wanted(provider, sum.ask());
    }

    private void forward(Forwarded forwarded, Payload body) throws NoAnswer, IOException {
        Provider provider = forwarded.provider;
        forwarded.settlement = null;
        try (UpstreamAnswer answer = with.upstream()
                .ask(
                        provider,
                        call.operation(),
                        "",
                        call.query(),
                        call.request().getHeaders(),
                        Upstream.JSON,
                        body)) {
            byte[] json = answer.whole();
            if (!answer.isGood()) {
                forwarded.endedBy(answer.status(), Settlement.NOTHING);
                call.relay(answer, provider, json);
                return;
            }
            KeptObject state = KeptObject.read(json);
            ProviderObject batch = keep(forwarded, state);
            if (!forwarded.done) {
                forwarded.endedBy(answer.status(), Settlement.NOTHING);
                call.stillOwn(batch);
            }
            call.relay(answer, provider, ObjectCall.edited(json, state));
        } catch (NoAnswer e) {
            int status = e.refusal().status(call.operation().shape());
            forwarded.endedBy(status, e.written() ? null : Settlement.NOTHING);
            throw e;
        }
    }

    /** From here on it belongs to its workspace, and is settled when it has ended; one that was made before is held for already. */
    private ProviderObject keep(Forwarded forwarded, KeptObject state) {
        Instant now = with.clock().instant();
        ProviderObject batch = new ProviderObject(
                forwarded.provider.id(),
                state.id(),
                ObjectKind.BATCH,
                call.chain().key().space(),
                call.chain().key().workspace(),
                call.chain().key().id(),
                forwarded.held.ask().json(),
                true,
                now);
        forwarded.done = with.store().maintain(tx -> {
            boolean made = with.objects().add(tx, batch);
            if (made) {
                forwarded.held.holds().forEach(hold -> with.ledger().batches().keep(tx, hold, now.plus(LONGEST)));
            }
            return made;
        });
        return batch;
    }

    /** What is held while it is not known whether there is a batch. */
    private final class Forwarded {
        private final Provider provider;
        private final BatchAdmission.Held held;
        private boolean done;
        private int status = 503;
        /** Null is what was held: there may be a batch that nobody knows. */
        private @Nullable Settlement settlement = Settlement.NOTHING;

        Forwarded(Provider provider, BatchAdmission.Held held) {
            this.provider = provider;
            this.held = held;
        }

        void endedBy(int answered, @Nullable Settlement at) {
            status = answered;
            settlement = at;
            settle();
        }

        /** Once, unless a batch is there by now. */
        void settle() {
            if (done) {
                return;
            }
            done = true;
            for (Hold hold : held.holds()) {
                BatchPart part = held.ask().parts().stream()
                        .filter(one -> one.call().equals(hold.id()))
                        .findFirst()
                        .orElseThrow();
                Settlement at = settlement == null ? Settlement.unknown(hold) : settlement;
                with.ledger().settle(hold, call.record(provider, part, held.ask(), status, "failed", null, at));
            }
        }
    }
}
