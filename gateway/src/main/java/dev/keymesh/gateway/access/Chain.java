package dev.keymesh.gateway.access;

import dev.keymesh.gateway.ledger.Scopes;
import dev.keymesh.gateway.tenant.Workspace;
import dev.keymesh.policy.Grant;
import java.util.List;

/**
 * The scope chain of a key: every link's policy must allow, every link's budget must hold.
 *
 * @param parents the keys that it is a part of, outermost first
 */
public record Chain(VirtualKey key, List<VirtualKey> parents, Workspace workspace, List<Grant> grants, Scopes scopes) {}
