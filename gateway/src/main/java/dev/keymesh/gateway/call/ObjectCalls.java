package dev.keymesh.gateway.call;

import dev.keymesh.gateway.access.Chain;
import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.dialect.FileIds;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Payload;
import dev.keymesh.gateway.dialect.Refusal;
import dev.keymesh.gateway.ledger.Ledger;
import dev.keymesh.gateway.ledger.Limits;
import dev.keymesh.gateway.price.PriceRows;
import dev.keymesh.gateway.provider.ObjectKind;
import dev.keymesh.gateway.provider.ProviderObjects;
import dev.keymesh.gateway.provider.Providers;
import dev.keymesh.gateway.provider.Shape;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.policy.PolicyEngine;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** What calls about the objects of providers are made with: who they belong to, and what batches of them may cost. */
public final class ObjectCalls {
    private final Store store;
    private final Providers providers;
    private final PriceRows prices;
    private final Ledger ledger;
    private final Upstream upstream;
    private final ProviderObjects objects;
    private final Batches batches;
    private final BatchAdmission admission;
    private final InstantSource clock;
    /** One batch is read at a time: reading it takes a core. */
    private final Semaphore turns = new Semaphore(1);

    public ObjectCalls(
            Store store,
            PolicyEngine policy,
            Providers providers,
            PriceRows prices,
            Limits limits,
            Ledger ledger,
            Upstream upstream,
            ProviderObjects objects,
            Batches batches,
            InstantSource clock) {
        this.store = store;
        this.providers = providers;
        this.prices = prices;
        this.ledger = ledger;
        this.upstream = upstream;
        this.objects = objects;
        this.batches = batches;
        this.clock = clock;
        admission = new BatchAdmission(policy, prices, limits, ledger, clock);
    }

    /** Why a call of a model may not name the files that it names; null where all are its workspace's. Waits. */
    @Nullable
    Refusal foreign(Facts facts, Payload body, Chain chain) {
        try {
            for (String id : FileIds.of(body)) {
                if (objects.find(
                                ObjectKind.FILE,
                                id,
                                chain.key().space(),
                                chain.key().workspace())
                        .isEmpty()) {
                    return Refusal.noSuchFile(ModelCalls.printable(id), "file_id");
                }
            }
            return null;
        } catch (IOException e) {
            return Refusal.unavailable("Keymesh could not read back what it kept of this request. Try again.");
        }
    }

    /** The refusal of an object that is not there, or that is another workspace's. */
    static Refusal missing(Operation operation, String id) {
        return operation.object() == ObjectKind.FILE
                ? Refusal.noSuchFile(id, "id")
                : Refusal.noSuchBatch(operation.shape(), id);
    }

    static boolean isOpenAi(Operation operation) {
        return operation.shape() == Shape.OPENAI;
    }

    Store store() {
        return store;
    }

    Providers providers() {
        return providers;
    }

    PriceRows prices() {
        return prices;
    }

    Ledger ledger() {
        return ledger;
    }

    Upstream upstream() {
        return upstream;
    }

    ProviderObjects objects() {
        return objects;
    }

    Batches batches() {
        return batches;
    }

    BatchAdmission admission() {
        return admission;
    }

    InstantSource clock() {
        return clock;
    }

    Semaphore turns() {
        return turns;
    }
}
