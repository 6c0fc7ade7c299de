package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.Caller;
import dev.keymesh.gateway.access.ManagementKey;
import dev.keymesh.gateway.access.ManagementKeys;
import dev.keymesh.gateway.access.PermissionSets;
import dev.keymesh.gateway.tenant.Spaces;
import dev.keymesh.sdk.wire.IssuedManagementKey;
import dev.keymesh.sdk.wire.NewManagementKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Management keys: {@code /api/v1/management-keys}. Nobody grants what it has not: permissions, spaces, time. */
public final class ManagementKeysApi implements Resource {
    private static final String PATH = "/api/v1/management-keys";

    private final ManagementKeys keys;
    private final PermissionSets sets;
    private final Spaces spaces;
    private final InstantSource clock;

    public ManagementKeysApi(ManagementKeys keys, PermissionSets sets, Spaces spaces, InstantSource clock) {
        this.keys = keys;
        this.sets = sets;
        this.spaces = spaces;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("POST", PATH, "credentials.write", this::issue).narrowing(),
                Route.of("GET", PATH, "credentials.read", this::list)
                        .taking("limit", "cursor")
                        .narrowing(),
                Route.of("POST", PATH + "/*/revoke", "credentials.write", this::revoke)
                        .narrowing());
    }

    private ApiResponse issue(Call call) {
        NewManagementKey wanted = call.body(NewManagementKey.class);
        String title = Checks.title(wanted.title(), "/title");
        if (!(call.caller() instanceof Caller.Management granter)) {
            throw Rejection.forbidden("credentials.write");
        }
        String set = set(granter, wanted.permissionSet());
        String space = space(call, granter, wanted.space());
        Instant end = end(granter, wanted.expiresAt());
        ManagementKeys.Issued issued = keys.issue(call.actor(), title, set, space, end);
        return ApiResponse.created(IssuedManagementKey.of(wire(issued.key()), issued.secret()));
    }

    private String set(Caller.Management granter, @Nullable String name) {
        if (name == null || !sets.exists(name)) {
            throw Rejection.invalid(
                    "/permissionSet",
                    "not_found",
                    "names no permission set",
                    "GET /api/v1/permission-sets lists them.");
        }
        for (String permission : sets.permissions(name).stream().sorted().toList()) {
            if (!granter.permissions().contains(permission)) {
                throw new Rejection(
                        403,
                        "forbidden",
                        "This credential lacks the permission '" + permission + "' of the set '" + name
                                + "', so it cannot grant it.",
                        List.of());
            }
        }
        return name;
    }

    /** A key of one space issues for that space, also where none is named. */
    private @Nullable String space(Call call, Caller.Management granter, @Nullable String wanted) {
        String space = wanted == null ? granter.space() : wanted;
        if (space != null && !(spaces.exists(space) && call.reaches(space))) {
            throw Rejection.invalid("/space", "not_found", "names no space", null);
        }
        return space;
    }

    private @Nullable Instant end(Caller.Management granter, @Nullable Instant wanted) {
        Instant end = wanted == null ? granter.expiresAt() : wanted;
        if (end != null && !end.isAfter(clock.instant())) {
            throw Rejection.invalid("/expiresAt", "in_the_past", "must be in the future", null);
        }
        if (end != null && granter.expiresAt() != null && end.isAfter(granter.expiresAt())) {
            throw Rejection.invalid(
                    "/expiresAt",
                    "too_late",
                    "must not be after the end of the key that issues it: " + granter.expiresAt(),
                    null);
        }
        return end;
    }

    private ApiResponse list(Call call) {
        List<ManagementKey> reached =
                keys.list().stream().filter(key -> call.reaches(key.space())).toList();
        return ApiResponse.ok(call.slice(reached, ManagementKey::createdAt, ManagementKey::id, this::wire));
    }

    private ApiResponse revoke(Call call) {
        ManagementKey key = keys.get(call.bare().param(0))
                .filter(one -> call.reaches(one.space()))
                .orElseThrow(() -> Rejection.notFound("such management key"));
        return ApiResponse.ok(wire(keys.revoke(call.actor(), key.id())));
    }

    private dev.keymesh.sdk.wire.ManagementKey wire(ManagementKey key) {
        return new dev.keymesh.sdk.wire.ManagementKey(
                key.id(),
                key.hint(),
                key.title(),
                key.status(clock.instant()),
                key.permissionSet(),
                key.space(),
                key.createdAt(),
                key.expiresAt(),
                key.revokedAt());
    }
}
