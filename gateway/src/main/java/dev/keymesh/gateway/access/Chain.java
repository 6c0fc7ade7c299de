package dev.keymesh.gateway.access;

import dev.keymesh.gateway.ledger.Scopes;
import dev.keymesh.gateway.tenant.Workspace;
import dev.keymesh.policy.Grant;
import java.util.List;

/** The scope chain of a key: every link's policy must allow, every link's budget must hold. */
public record Chain(VirtualKey key, Workspace workspace, List<Grant> grants, Scopes scopes) {}
