package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.KeyFilter;
import dev.keymesh.gateway.access.NewVirtualKey;
import dev.keymesh.gateway.access.VirtualKey;
import dev.keymesh.gateway.access.VirtualKeys;
import dev.keymesh.gateway.ledger.Limit;
import dev.keymesh.gateway.ledger.Limits;
import dev.keymesh.gateway.ledger.Scopes;
import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.tenant.Workspaces;
import dev.keymesh.sdk.wire.Fields;
import dev.keymesh.sdk.wire.IssuedKey;
import dev.keymesh.sdk.wire.KeyBudget;
import dev.keymesh.sdk.wire.NewKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Virtual keys: {@code /api/v1/spaces/{space}/keys} and {@code /api/v1/keys/{id}}. */
public final class KeysApi implements Resource {
    private static final String PATH = "/api/v1/spaces/*/keys";
    private static final Set<String> DERIVED = Set.of("workspace_id", "allowed_models", "tool_allowlist");
    private static final Set<String> STATUSES = Set.of("active", "disabled", "expired", "revoked");
    private static final List<String> USES = List.of("gateway", "validation");

    private final VirtualKeys keys;
    private final Workspaces workspaces;
    private final Limits limits;
    private final InstantSource clock;

    public KeysApi(VirtualKeys keys, Workspaces workspaces, Limits limits, InstantSource clock) {
        this.keys = keys;
        this.workspaces = workspaces;
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("POST", PATH, "keys.create", this::issue),
                Route.of("GET", PATH, "keys.read", this::list)
                        .taking(
                                "limit",
                                "cursor",
                                "status",
                                "environment",
                                "workspace",
                                "owner",
                                "externalId",
                                "tag",
                                "q",
                                "expiresBefore",
                                "lastUsedBefore"),
                Route.of(
                        "GET",
                        "/api/v1/keys/*",
                        "keys.read",
                        call -> ApiResponse.tagged(wire(find(call)), find(call).updatedAt())),
                Route.of("PATCH", "/api/v1/keys/*", "keys.update", this::patch),
                Route.of(
                        "POST",
                        "/api/v1/keys/*/revoke",
                        "keys.revoke",
                        call -> ApiResponse.ok(
                                wire(keys.revoke(call.actor(), find(call.bare()).id())))),
                Route.of(
                        "POST",
                        "/api/v1/keys/*/disable",
                        "keys.update",
                        call -> ApiResponse.ok(wire(
                                keys.disable(call.actor(), find(call.bare()).id())))),
                Route.of(
                        "POST",
                        "/api/v1/keys/*/enable",
                        "keys.update",
                        call -> ApiResponse.ok(
                                wire(keys.enable(call.actor(), find(call.bare()).id())))));
    }

    private ApiResponse issue(Call call) {
        NewKey wanted = call.body(NewKey.class);
        NewVirtualKey key = checked(call.param(0), wanted);
        KeyBudget budget = wanted.budget();
        if (budget != null && !Bodies.has(call.request().body(), "/budget/amount")) {
            throw Rejection.invalid("/budget/amount", "missing", "is missing", "Write null for an explicit no-limit.");
        }
        Long amount = budget == null ? null : amount(budget);
        VirtualKeys.Issued issued = keys.issue(call.actor(), key, made -> {
            if (budget != null) {
                Limit limit = new Limit(
                        Scopes.key(made.key().id()), Checks.period(budget.period(), "/budget/period"), amount);
                limits.put(made.tx(), limit, clock.instant());
            }
        });
        return ApiResponse.created(IssuedKey.of(wire(issued.key()), issued.secret()));
    }

    private static @Nullable Long amount(KeyBudget budget) {
        Checks.currency(budget.currency(), "/budget/currency");
        Checks.period(budget.period(), "/budget/period");
        return budget.amount() == null ? null : (Long) Checks.usd(budget.amount(), "/budget/amount");
    }

    private NewVirtualKey checked(String space, NewKey wanted) {
        String workspace = wanted.workspace() == null ? Workspaces.DEFAULT : wanted.workspace();
        if (!space.equals(Workspaces.DEFAULT)) {
            throw Rejection.notFound("space '" + space + "'");
        }
        var place = workspaces
                .get(space, workspace)
                .orElseThrow(
                        () -> Rejection.invalid("/workspace", "not_found", "names no workspace of this space", null));
        if (wanted.environment() != null && !wanted.environment().equals(place.environment())) {
            throw Rejection.invalid(
                    "/environment", "mismatch", "must be the workspace's: " + place.environment(), null);
        }
        Map<String, Object> fields = wanted.fields() == null ? Map.of() : wanted.fields();
        for (String name : fields.keySet()) {
            if (DERIVED.contains(name)) {
                throw Rejection.invalid(
                        "/fields/" + name, "derived", "is derived from the policy", "Set it in 'policy'.");
            }
        }
        if (wanted.expiresAt() != null && !wanted.expiresAt().isAfter(clock.instant())) {
            throw Rejection.invalid("/expiresAt", "in_the_past", "must be in the future", null);
        }
        List<String> uses = wanted.uses() == null ? USES : wanted.uses();
        if (uses.isEmpty() || !USES.containsAll(uses)) {
            throw Rejection.invalid("/uses", "invalid", "must be of gateway, validation", null);
        }
        PolicyCheck.check(wanted.policy());
        return new NewVirtualKey(
                space,
                workspace,
                Checks.title(wanted.title(), "/title"),
                fields,
                wanted.owner(),
                wanted.tags() == null ? List.of() : wanted.tags(),
                wanted.externalId(),
                uses,
                wanted.policy(),
                wanted.expiresAt());
    }

    private ApiResponse patch(Call call) {
        String id = find(call).id();
        VirtualKey after = keys.update(call.actor(), new Act("keys.update", id), id, before -> patched(call, before));
        return ApiResponse.tagged(wire(after), after.updatedAt());
    }

    private VirtualKey patched(Call call, VirtualKey before) {
        call.unchanged(before.updatedAt());
        NewKey current = new NewKey(
                before.title(),
                before.workspace(),
                before.fields(),
                before.expiresAt(),
                before.owner(),
                before.tags(),
                before.externalId(),
                null,
                null,
                before.policy(),
                before.uses());
        NewKey wanted = Bodies.patch(call.request().body(), current, NewKey.class);
        if (!before.workspace().equals(wanted.workspace())) {
            throw Rejection.invalid("/workspace", "immutable", "cannot be changed", null);
        }
        if (wanted.budget() != null) {
            throw Rejection.invalid("/budget", "not_here", "is set by PUT /api/v1/budgets", null);
        }
        boolean sameExpiry = java.util.Objects.equals(before.expiresAt(), wanted.expiresAt());
        NewVirtualKey after = checked(before.space(), sameExpiry ? withoutExpiry(wanted) : wanted);
        return new VirtualKey(
                before.id(),
                before.space(),
                before.workspace(),
                after.title(),
                before.status(),
                before.lookup(),
                before.hint(),
                after.fields(),
                after.owner(),
                after.tags(),
                after.externalId(),
                after.uses(),
                after.policy(),
                before.createdAt(),
                clock.instant(),
                wanted.expiresAt(),
                before.revokedAt());
    }

    /** An expiry that stays may be in the past. */
    private static NewKey withoutExpiry(NewKey key) {
        return new NewKey(
                key.title(),
                key.workspace(),
                key.fields(),
                null,
                key.owner(),
                key.tags(),
                key.externalId(),
                key.environment(),
                null,
                key.policy(),
                key.uses());
    }

    private ApiResponse list(Call call) {
        if (!call.param(0).equals(Workspaces.DEFAULT)) {
            throw Rejection.notFound("space '" + call.param(0) + "'");
        }
        String status = call.asked("status");
        if (status != null && !STATUSES.contains(status)) {
            throw Rejection.malformed("'status' is one of active, disabled, expired, revoked.");
        }
        KeyFilter filter = new KeyFilter(
                call.param(0),
                status,
                call.asked("environment"),
                call.asked("workspace"),
                call.asked("owner"),
                call.asked("externalId"),
                call.asked("tag"),
                call.asked("q"),
                call.instant("expiresBefore"),
                call.instant("lastUsedBefore"));
        List<VirtualKey> rows = keys.list(filter, call.cursor(), call.limit() + 1);
        Map<String, Instant> uses = keys.lastUses(rows);
        return ApiResponse.ok(Call.page(rows, call.limit(), VirtualKey::id, key -> wire(key, uses.get(key.id()))));
    }

    private VirtualKey find(Call call) {
        return keys.get(call.param(0)).orElseThrow(() -> Rejection.notFound("such key"));
    }

    private dev.keymesh.sdk.wire.VirtualKey wire(VirtualKey key) {
        return wire(key, keys.lastUses(List.of(key)).get(key.id()));
    }

    private dev.keymesh.sdk.wire.VirtualKey wire(VirtualKey key, @Nullable Instant lastUsedAt) {
        String environment =
                workspaces.get(key.space(), key.workspace()).orElseThrow().environment();
        return new dev.keymesh.sdk.wire.VirtualKey(
                key.id(),
                key.hint(),
                key.title(),
                status(key, clock.instant()),
                key.space(),
                key.workspace(),
                environment,
                Fields.of(key.fields()),
                key.owner(),
                key.tags(),
                key.externalId(),
                key.uses(),
                key.policy(),
                key.createdAt(),
                key.expiresAt(),
                lastUsedAt,
                key.revokedAt());
    }

    static String status(VirtualKey key, Instant now) {
        return key.status().equals(VirtualKey.ACTIVE) && key.expired(now) ? "expired" : key.status();
    }
}
