package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.BatchResults;
import dev.keymesh.gateway.dialect.KeptObject;
import dev.keymesh.gateway.dialect.Meter;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.ledger.BatchHolds;
import dev.keymesh.gateway.ledger.CallRecord;
import dev.keymesh.gateway.ledger.Ledger;
import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.price.Usage;
import dev.keymesh.gateway.provider.ObjectKind;
import dev.keymesh.gateway.provider.Provider;
import dev.keymesh.gateway.provider.ProviderObject;
import dev.keymesh.gateway.provider.ProviderObjects;
import dev.keymesh.gateway.provider.Providers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles batches: once, whoever sees first that one has ended. What its answers say that they used is charged; where that
 * cannot be read, what was held.
 */
public final class Batches {
    private static final Logger LOG = LoggerFactory.getLogger(Batches.class);

    private final Ledger ledger;
    private final ProviderObjects objects;
    private final Providers providers;
    private final Upstream upstream;
    private final InstantSource clock;
    /** Those that this node settles now. */
    private final Map<String, CompletableFuture<Boolean>> running = new ConcurrentHashMap<>();

    public Batches(
            Ledger ledger, ProviderObjects objects, Providers providers, Upstream upstream, InstantSource clock) {
        this.ledger = ledger;
        this.objects = objects;
        this.providers = providers;
        this.upstream = upstream;
        this.clock = clock;
    }

    /** Asks the providers about all that have not ended, as far as is known, and charges those that should have. */
    void lookAtAll() {
        for (ProviderObject batch : objects.unsettled()) {
            look(batch);
        }
        for (BatchHolds.Open open : ledger.batches().expired(clock.instant())) {
            LOG.warn(
                    "It is not known how the batch of call {} ended: it is charged at what it held.",
                    open.hold().id());
            unknown(open, null);
        }
    }

    /** Asks the provider about one, and settles it where it has ended; waits for both. */
    void look(ProviderObject batch) {
        Provider provider = providers.get(batch.provider()).orElse(null);
        if (provider == null || !hasHolds(batch)) {
            return;
        }
        Operation get =
                provider.kind() == ProviderKind.ANTHROPIC ? Operation.MESSAGES_BATCHES_GET : Operation.BATCHES_GET;
        try (UpstreamAnswer answer = upstream.ask(provider, get, batch.id())) {
            if (answer.isGood()) {
                var _ = seen(batch, provider, answer.whole()).settled().join();
            }
        } catch (NoAnswer | IOException | RuntimeException e) {
            LOG.debug("The batch {} will be looked at again: {}", batch.id(), e.toString());
        }
    }

    private boolean hasHolds(ProviderObject batch) {
        BatchAsk ask = Objects.requireNonNull(BatchAsk.of(batch.facts()));
        boolean open = ask.parts().stream()
                .anyMatch(part -> ledger.batches().find(part.call()).isPresent());
        if (!open) {
            objects.settled(batch);
        }
        return open;
    }

    /**
     * What a provider said of a batch.
     *
     * @param settled done when it is settled, if it has ended; false where that must be tried again
     */
    record Seen(KeptObject state, CompletableFuture<Boolean> settled) {}

    /** An answer tells of a batch: its files belong to whom it belongs, and if it has ended it is settled. */
    Seen seen(ProviderObject batch, Provider provider, byte[] json) throws IOException {
        return seen(batch, provider, KeptObject.read(json), json);
    }

    /**
     * The same, read before.
     *
     * @param json the object alone
     */
    Seen seen(ProviderObject batch, Provider provider, KeptObject state, byte[] json) {
        own(batch, state.outputFile());
        own(batch, state.errorFile());
        if (!batch.unsettled() || !state.ended()) {
            return new Seen(state, CompletableFuture.completedFuture(true));
        }
        CompletableFuture<Boolean> mine = new CompletableFuture<>();
        CompletableFuture<Boolean> before = running.putIfAbsent(batch.id(), mine);
        if (before != null) {
            return new Seen(state, before);
        }
        Thread.startVirtualThread(() -> {
            boolean done = false;
            try {
                settle(batch, provider, state, json);
                done = true;
            } catch (NoAnswer | IOException | RuntimeException e) {
                LOG.warn("The batch {} will be settled later: {}", batch.id(), e.toString());
            } finally {
                running.remove(batch.id());
                mine.complete(done);
            }
        });
        return new Seen(state, mine);
    }

    private void own(ProviderObject batch, @Nullable String file) {
        if (file == null) {
            return;
        }
        if (objects.find(ObjectKind.FILE, file, batch.space(), batch.workspace())
                .isEmpty()) {
            var _ = objects.add(new ProviderObject(
                    batch.provider(),
                    file,
                    ObjectKind.FILE,
                    batch.space(),
                    batch.workspace(),
                    batch.key(),
                    ProviderObject.NO_FACTS,
                    false,
                    clock.instant()));
        }
    }

    private void settle(ProviderObject batch, Provider provider, KeptObject state, byte[] json)
            throws NoAnswer, IOException {
        BatchAsk ask = Objects.requireNonNull(BatchAsk.of(batch.facts()));
        BatchTally tally = new BatchTally(ask.parts());
        String how = "reported";
        if (!results(provider, state, ask, tally)) {
            Usage usage = ask.parts().size() == 1 ? usage(provider, json) : null;
            how = usage == null ? "unknown" : "estimated";
            tally = new BatchTally(ask.parts());
            if (usage != null) {
                tally.answered(ask.parts().getFirst().model(), usage);
            }
        }
        for (BatchPart part : ask.parts()) {
            BatchHolds.Open open = ledger.batches().find(part.call()).orElse(null);
            if (open != null && how.equals("unknown")) {
                unknown(open, ask);
            } else if (open != null) {
                ledger.settle(open.hold(), told(open, ask, tally, part, how, state));
            }
        }
        objects.settled(batch);
    }

    /** Reads all that was answered; false where it cannot be read any more, or is not all there. */
    private boolean results(Provider provider, KeptObject state, BatchAsk ask, BatchTally tally)
            throws NoAnswer, IOException {
        long answered = 0;
        if (provider.kind() == ProviderKind.ANTHROPIC) {
            answered = state.hasResults()
                    ? results(provider, Operation.MESSAGES_BATCHES_RESULTS, state.id(), ask, tally)
                    : 0;
        } else {
            for (String file : new String[] {state.outputFile(), state.errorFile()}) {
                long more = file == null ? 0 : results(provider, Operation.FILES_CONTENT, file, ask, tally);
                answered = more < 0 || answered < 0 ? -1 : answered + more;
            }
        }
        return answered >= state.answered();
    }

    private long results(Provider provider, Operation from, String id, BatchAsk ask, BatchTally tally)
            throws NoAnswer, IOException {
        try (UpstreamAnswer answer = upstream.ask(provider, from, id)) {
            if (answer.status() == 404 || answer.status() == 410) {
                return -1;
            }
            if (!answer.isGood()) {
                throw new IOException("the provider answered " + answer.status());
            }
            return BatchResults.read(answer.stream(), ask.operation(), provider.kind(), tally);
        }
    }

    /** What the batch itself says, in all; it does not say what of it belongs to which price tier. */
    private static @Nullable Usage usage(Provider provider, byte[] json) {
        if (provider.kind() == ProviderKind.ANTHROPIC) {
            return null;
        }
        Meter meter = Meter.of(Operation.RESPONSES, provider.kind(), false, false);
        meter.feed(ByteBuffer.wrap(json));
        Usage usage = meter.usage();
        return usage == null || usage.inputTokens() + usage.outputTokens() == 0 ? null : usage;
    }

    private CallRecord told(
            BatchHolds.Open open, BatchAsk ask, BatchTally tally, BatchPart part, String how, KeptObject state) {
        BatchTally.Sum sum = tally.of(part);
        boolean nothing = state.answered() == 0 && sum.input() + sum.output() == 0;
        boolean completed = state.status().equals("completed") || state.status().equals("ended");
        return record(
                open,
                ask,
                completed ? "completed" : "failed",
                completed ? null : "batch_" + state.status(),
                sum,
                nothing ? (Long) 0L : tally.cost(part),
                nothing && !completed ? "none" : how);
    }

    /** Charges what is held: a batch whose end nobody can tell. */
    private void unknown(BatchHolds.Open open, @Nullable BatchAsk ask) {
        long held = open.hold().amount();
        BatchTally.Sum none = new BatchTally.Sum(0, 0, 0, 0);
        Long cost = held == 0 ? null : (Long) held;
        ledger.settle(open.hold(), record(open, ask, "failed", "batch_unknown", none, cost, "unknown"));
    }

    /** The provider has deleted one before it was settled. */
    void deleted(ProviderObject batch) {
        BatchAsk ask = Objects.requireNonNull(BatchAsk.of(batch.facts()));
        for (BatchPart part : ask.parts()) {
            ledger.batches().find(part.call()).ifPresent(open -> unknown(open, ask));
        }
    }

    private CallRecord record(
            BatchHolds.Open open,
            @Nullable BatchAsk ask,
            String outcome,
            @Nullable String code,
            BatchTally.Sum sum,
            @Nullable Long cost,
            String how) {
        Instant now = clock.instant();
        return new CallRecord(
                open.hold().id(),
                open.hold().scopes(),
                open.provider(),
                open.model(),
                open.operation(),
                200,
                (Integer) 200,
                outcome,
                code,
                false,
                sum.input(),
                sum.cached(),
                sum.output(),
                cost,
                how,
                open.priceVersion(),
                ask == null ? null : ask.facts(),
                open.startedAt(),
                Duration.between(open.startedAt(), now).toMillis(),
                null);
    }
}
