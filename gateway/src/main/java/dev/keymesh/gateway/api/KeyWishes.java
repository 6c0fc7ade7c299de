package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.NewVirtualKey;
import dev.keymesh.gateway.tenant.Workspace;
import dev.keymesh.gateway.tenant.Workspaces;
import dev.keymesh.sdk.wire.NewKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks what a key is wanted with, member by member. */
final class KeyWishes {
    private static final Set<String> DERIVED = Set.of("workspace_id", "allowed_models", "tool_allowlist");
    private static final List<String> USES = List.of("gateway", "validation");

    private final Workspaces workspaces;
    private final InstantSource clock;

    KeyWishes(Workspaces workspaces, InstantSource clock) {
        this.workspaces = workspaces;
        this.clock = clock;
    }

    /** Of a key at the top of a workspace. */
    NewVirtualKey checked(String space, NewKey wanted) {
        return checked(space, wanted, null, USES);
    }

    /**
     * Of a key that has this parent.
     *
     * @param uses all that it may be for, and what it is for where it does not say
     */
    NewVirtualKey checked(String space, NewKey wanted, @Nullable String parent, List<String> uses) {
        Workspace place = place(space, wanted);
        Map<String, Object> fields = wanted.fields() == null ? Map.of() : wanted.fields();
        for (String name : fields.keySet()) {
            if (DERIVED.contains(name)) {
                throw Rejection.invalid(
                        "/fields/" + name, "derived", "is derived from the policy", "Set it in 'policy'.");
            }
        }
        PolicyCheck.check(wanted.policy());
        return new NewVirtualKey(
                space,
                place.id(),
                parent,
                Checks.title(wanted.title(), "/title"),
                fields,
                wanted.owner(),
                wanted.tags() == null ? List.of() : wanted.tags(),
                wanted.externalId(),
                uses(wanted.uses(), uses),
                wanted.policy(),
                future(wanted.expiresAt()));
    }

    private Workspace place(String space, NewKey wanted) {
        String workspace = wanted.workspace() == null ? Workspaces.DEFAULT : wanted.workspace();
        Workspace place = workspaces
                .get(space, workspace)
                .orElseThrow(
                        () -> Rejection.invalid("/workspace", "not_found", "names no workspace of this space", null));
        if (wanted.environment() != null && !wanted.environment().equals(place.environment())) {
            throw Rejection.invalid(
                    "/environment", "mismatch", "must be the workspace's: " + place.environment(), null);
        }
        return place;
    }

    private @Nullable Instant future(@Nullable Instant end) {
        if (end != null && !end.isAfter(clock.instant())) {
            throw Rejection.invalid("/expiresAt", "in_the_past", "must be in the future", null);
        }
        return end;
    }

    private static List<String> uses(@Nullable List<String> wanted, List<String> most) {
        if (wanted == null) {
            return most;
        }
        if (wanted.isEmpty() || !most.containsAll(wanted)) {
            throw Rejection.invalid("/uses", "invalid", "must be of " + String.join(", ", most), null);
        }
        return wanted;
    }
}
