package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.Caller;
import dev.keymesh.gateway.access.Chain;
import dev.keymesh.gateway.access.Chains;
import dev.keymesh.gateway.access.VirtualKey;
import dev.keymesh.gateway.access.VirtualKeys;
import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.ledger.Limits;
import dev.keymesh.gateway.ledger.Scopes;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.sdk.wire.SelfKey;
import java.util.List;

/** The virtual key that asks: {@code /api/v1/self}. */
public final class SelfApi implements Resource {
    private final VirtualKeys keys;
    private final Chains chains;
    private final KeyView view;
    private final Limits limits;
    private final BudgetView budgets;
    private final Store store;

    public SelfApi(VirtualKeys keys, Chains chains, KeyView view, Limits limits, BudgetView budgets, Store store) {
        this.keys = keys;
        this.chains = chains;
        this.view = view;
        this.limits = limits;
        this.budgets = budgets;
        this.store = store;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.own("GET", "/api/v1/self", this::get), Route.own("POST", "/api/v1/self/revoke", this::revoke));
    }

    private ApiResponse get(Call call) {
        Chain chain = chains.of(key(call));
        store.barrier();
        // Its own alone: what is spent above is not the key's to know.
        List<Limit> own = store
                .read(handle -> limits.list(handle, Scopes.key(chain.key().id())))
                .stream()
                .map(Limits.Dated::limit)
                .toList();
        return ApiResponse.ok(SelfKey.of(view.wire(chain.key()), KeyView.fields(chain), budgets.wire(own)));
    }

    private ApiResponse revoke(Call call) {
        return ApiResponse.ok(
                view.wire(keys.revoke(call.actor(), key(call.bare()).id())));
    }

    private static VirtualKey key(Call call) {
        if (call.caller() instanceof Caller.Virtual(var key)) {
            return key;
        }
        throw new IllegalStateException("The route is for virtual keys.");
    }
}
