package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.Chain;
import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.ledger.Limits;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.policy.Decision;
import dev.keymesh.policy.PolicyEngine;
import dev.keymesh.policy.Question;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What would stand against a call that a key does not make yet: the policy of its chain, and a budget that is spent. */
public final class Inquiry {
    private final PolicyEngine policy;
    private final Limits limits;
    private final Store store;

    public Inquiry(PolicyEngine policy, Limits limits, Store store) {
        this.policy = policy;
        this.limits = limits;
        this.store = store;
    }

    /**
     * What the policy says.
     *
     * @param model null is none
     * @param tool null is none
     * @param ip null is not known
     */
    Decision decide(
            Chain chain,
            @Nullable String model,
            @Nullable String tool,
            String environment,
            @Nullable InetAddress ip,
            Instant now) {
        return policy.decide(new Question(
                "virtual_key",
                chain.key().id(),
                model != null ? "model.invoke" : tool != null ? "tools/call" : "key.use",
                model == null ? Set.of() : Set.of(model),
                tool == null ? List.of() : List.of(tool),
                Set.of(),
                null,
                environment,
                ip,
                now,
                chain.grants()));
    }

    /** A budget of the chain of which nothing is left, or null. */
    @Nullable
    Limit spent(Chain chain, Instant now) {
        if (!limits.apply(chain.scopes())) {
            return null;
        }
        store.barrier();
        return store.read(handle -> limits.exhausted(handle, chain.scopes(), now));
    }
}
