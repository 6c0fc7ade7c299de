package dev.keymesh.gateway.access;

import dev.keymesh.gateway.ledger.Scopes;
import dev.keymesh.gateway.tenant.Rulebook;
import dev.keymesh.gateway.tenant.Workspace;
import dev.keymesh.gateway.tenant.Workspaces;
import dev.keymesh.policy.Grant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The chains of all keys, each built once for a state of its key and workspace. */
public final class Chains {
    private final Workspaces workspaces;
    private final Map<String, Chain> known = new ConcurrentHashMap<>();

    public Chains(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    public Chain of(VirtualKey key) {
        Workspace workspace = workspaces.get(key.space(), key.workspace()).orElseThrow();
        Chain chain = known.get(key.id());
        if (chain == null
                || !chain.workspace().equals(workspace)
                || !chain.key().equals(key)) {
            chain = build(key, workspace);
            known.put(key.id(), chain);
        }
        return chain;
    }

    private static Chain build(VirtualKey key, Workspace workspace) {
        List<Grant> grants = key.policy() == null
                ? List.of(workspace.grant())
                : List.of(workspace.grant(), Grant.of("key:" + key.id(), Rulebook.rules(key.policy()), null));
        return new Chain(key, workspace, grants, Scopes.of(key.space(), key.workspace(), key.id()));
    }
}
