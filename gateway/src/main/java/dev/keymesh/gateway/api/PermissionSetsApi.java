package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.PermissionSet;
import dev.keymesh.gateway.access.PermissionSets;
import dev.keymesh.gateway.access.Permissions;
import dev.keymesh.sdk.wire.NewPermissionSet;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

/** Permission sets: {@code /api/v1/permission-sets}. A key of one space sees their names, for it may issue keys. */
public final class PermissionSetsApi implements Resource {
    private static final String PATH = "/api/v1/permission-sets";

    private final PermissionSets sets;
    private final InstantSource clock;

    public PermissionSetsApi(PermissionSets sets, InstantSource clock) {
        this.sets = sets;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("POST", PATH, "credentials.write", this::create),
                Route.of("GET", PATH, "credentials.read", this::list)
                        .taking("limit", "cursor")
                        .narrowing());
    }

    private ApiResponse create(Call call) {
        NewPermissionSet wanted = call.body(NewPermissionSet.class);
        String name = Checks.slug(wanted.name(), "/name");
        List<String> permissions = wanted.permissions();
        if (permissions == null || permissions.isEmpty()) {
            throw Rejection.invalid(
                    "/permissions", "missing", "must name at least one permission", "Write such as [\"keys.read\"].");
        }
        for (int i = 0; i < permissions.size(); i++) {
            if (!Permissions.all().contains(permissions.get(i))) {
                throw Rejection.invalid(
                        "/permissions/" + i,
                        "unknown_permission",
                        "is not a permission",
                        Nearest.fix(permissions.get(i), Permissions.all()));
            }
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        PermissionSet set = new PermissionSet(name, Set.copyOf(permissions), now);
        return ApiResponse.created(wire(sets.create(call.actor(), set, now)));
    }

    private ApiResponse list(Call call) {
        return ApiResponse.ok(call.slice(
                sets.list(),
                set -> set.createdAt() == null ? Instant.EPOCH : set.createdAt(),
                PermissionSet::name,
                PermissionSetsApi::wire));
    }

    private static dev.keymesh.sdk.wire.PermissionSet wire(PermissionSet set) {
        return new dev.keymesh.sdk.wire.PermissionSet(
                set.name(), set.permissions().stream().sorted().toList(), set.builtIn(), set.createdAt());
    }
}
