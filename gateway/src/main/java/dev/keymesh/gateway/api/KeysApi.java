package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.KeyFilter;
import dev.keymesh.gateway.access.NewVirtualKey;
import dev.keymesh.gateway.access.VirtualKey;
import dev.keymesh.gateway.access.VirtualKeys;
import dev.keymesh.gateway.store.Act;
import dev.keymesh.gateway.store.Conflict;
import dev.keymesh.gateway.tenant.Spaces;
import dev.keymesh.sdk.wire.IssuedKey;
import dev.keymesh.sdk.wire.NewKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Virtual keys: {@code /api/v1/spaces/{space}/keys} and {@code /api/v1/keys/{id}}. */
public final class KeysApi implements Resource {
    private static final String PATH = "/api/v1/spaces/*/keys";
    private static final String KEY = "/api/v1/keys/*";
    private static final Set<String> STATUSES = Set.of("active", "disabled", "expired", "revoked");

    private final VirtualKeys keys;
    private final Spaces spaces;
    private final KeyIssue issue;
    private final KeyView view;
    private final InstantSource clock;

    public KeysApi(VirtualKeys keys, Spaces spaces, KeyIssue issue, KeyView view, InstantSource clock) {
        this.keys = keys;
        this.spaces = spaces;
        this.issue = issue;
        this.view = view;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("POST", PATH, "keys.create", this::top),
                Route.of("GET", PATH, "keys.read", this::list)
                        .taking(
                                "limit",
                                "cursor",
                                "status",
                                "environment",
                                "workspace",
                                "parent",
                                "owner",
                                "externalId",
                                "tag",
                                "q",
                                "expiresBefore",
                                "lastUsedBefore"),
                Route.of(
                        "GET",
                        KEY,
                        "keys.read",
                        call -> ApiResponse.tagged(
                                view.wire(find(call)), find(call).updatedAt())),
                Route.of("PATCH", KEY, "keys.update", this::patch),
                Route.shared("POST", KEY + "/children", "keys.create", this::child),
                Route.shared(
                        "POST",
                        KEY + "/revoke",
                        "keys.revoke",
                        call -> ApiResponse.ok(view.wire(
                                keys.revoke(call.actor(), find(call.bare()).id())))),
                Route.of(
                        "POST",
                        KEY + "/disable",
                        "keys.update",
                        call -> ApiResponse.ok(view.wire(
                                keys.disable(call.actor(), find(call.bare()).id())))),
                Route.of(
                        "POST",
                        KEY + "/enable",
                        "keys.update",
                        call -> ApiResponse.ok(view.wire(
                                keys.enable(call.actor(), find(call.bare()).id())))));
    }

    private ApiResponse top(Call call) {
        KeyIssue.Ready ready =
                issue.top(call.actor(), space(call), KeyWish.read(call.request().body()));
        return created(issue.issue(call.actor(), ready));
    }

    private ApiResponse child(Call call) {
        KeyIssue.Ready ready = issue.child(
                call.actor(), find(call), KeyWish.read(call.request().body()));
        return created(issue.issue(call.actor(), ready));
    }

    private ApiResponse created(VirtualKeys.Issued issued) {
        VirtualKey stands = keys.get(issued.key().id()).orElse(issued.key());
        return ApiResponse.created(IssuedKey.of(view.wire(stands), issued.secret()));
    }

    /** The policy is asked before the transaction, which must not wait for it. */
    private ApiResponse patch(Call call) {
        String id = find(call).id();
        VirtualKey seen = keys.own(id).orElseThrow();
        NewVirtualKey judged = wanted(call, seen);
        issue.judge(call, seen, judged);
        VirtualKey after = keys.update(call.actor(), new Act("keys.update", id), id, before -> {
            NewVirtualKey wanted = wanted(call, before);
            if (!wanted.granting(judged)) {
                throw new Conflict("The key was changed at the same time. Try again.");
            }
            return before.with(wanted, clock.instant());
        });
        return ApiResponse.tagged(view.wire(after), after.updatedAt());
    }

    private NewVirtualKey wanted(Call call, VirtualKey before) {
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
        return issue.changed(before, wanted);
    }

    private ApiResponse list(Call call) {
        String status = call.asked("status");
        if (status != null && !STATUSES.contains(status)) {
            throw Rejection.malformed("'status' is one of active, disabled, expired, revoked.");
        }
        KeyFilter filter = new KeyFilter(
                space(call),
                status,
                call.asked("environment"),
                call.asked("workspace"),
                call.asked("parent"),
                call.asked("owner"),
                call.asked("externalId"),
                call.asked("tag"),
                call.asked("q"),
                call.instant("expiresBefore"),
                call.instant("lastUsedBefore"));
        List<VirtualKey> rows = keys.list(filter, call.cursor(), call.limit() + 1);
        Map<String, Instant> uses = keys.lastUses(rows);
        return ApiResponse.ok(Call.page(rows, call.limit(), VirtualKey::id, key -> view.wire(key, uses.get(key.id()))));
    }

    private String space(Call call) {
        if (!spaces.exists(call.param(0))) {
            throw Rejection.noSpace(call.param(0));
        }
        return call.param(0);
    }

    private VirtualKey find(Call call) {
        return keys.get(call.param(0)).orElseThrow(() -> Rejection.notFound("such key"));
    }
}
