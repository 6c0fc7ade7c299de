package dev.keymesh.gateway.access;

import dev.keymesh.gateway.ledger.Scopes;
import dev.keymesh.gateway.tenant.Rulebook;
import dev.keymesh.gateway.tenant.Workspace;
import dev.keymesh.gateway.tenant.Workspaces;
import dev.keymesh.policy.Grant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The chains of all keys, each built once for a state of its key and workspace. */
public final class Chains {
    private final Workspaces workspaces;
    private final KeyIndex keys;
    private final Map<String, Chain> known = new ConcurrentHashMap<>();

    public Chains(Workspaces workspaces, KeyIndex keys) {
        this.workspaces = workspaces;
        this.keys = keys;
    }

    public Chain of(VirtualKey key) {
        Workspace workspace = workspaces.get(key.space(), key.workspace()).orElseThrow();
        List<VirtualKey> parents = keys.parents(key);
        Chain chain = known.get(key.id());
        if (chain == null
                || !chain.workspace().equals(workspace)
                || !chain.parents().equals(parents)
                || !chain.key().equals(key)) {
            chain = build(key, parents, workspace);
            known.put(key.id(), chain);
        }
        return chain;
    }

    private static Chain build(VirtualKey key, List<VirtualKey> parents, Workspace workspace) {
        List<Grant> grants = new ArrayList<>(List.of(workspace.grant()));
        parents.forEach(parent -> grant(parent, grants));
        grant(key, grants);
        List<String> ids = parents.stream().map(VirtualKey::id).toList();
        return new Chain(
                key, parents, workspace, List.copyOf(grants), Scopes.of(key.space(), key.workspace(), ids, key.id()));
    }

    private static void grant(VirtualKey key, List<Grant> grants) {
        if (key.policy() != null) {
            grants.add(Grant.of("key:" + key.id(), Rulebook.rules(key.policy()), null));
        }
    }
}
