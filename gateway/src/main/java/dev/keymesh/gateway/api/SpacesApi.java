package dev.keymesh.gateway.api;

import dev.keymesh.gateway.tenant.Space;
import dev.keymesh.gateway.tenant.Spaces;
import dev.keymesh.sdk.wire.NewSpace;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Spaces: {@code /api/v1/spaces}, and the switch that stops one. */
public final class SpacesApi implements Resource {
    private static final String PATH = "/api/v1/spaces";
    private static final String SPACE = PATH + "/*";

    private final Spaces spaces;
    private final InstantSource clock;

    public SpacesApi(Spaces spaces, InstantSource clock) {
        this.spaces = spaces;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("POST", PATH, "spaces.write", this::create).taking(Call.DRY_RUN),
                Route.of("GET", PATH, "spaces.read", this::list)
                        .taking("limit", "cursor")
                        .narrowing(),
                Route.of("GET", SPACE, "spaces.read", call -> tagged(find(call))),
                Route.of("PATCH", SPACE, "spaces.write", this::patch).taking(Call.DRY_RUN),
                Route.of("POST", SPACE + "/disable", "spaces.write", this::disable),
                Route.of("POST", SPACE + "/enable", "spaces.write", this::enable));
    }

    private ApiResponse create(Call call) {
        NewSpace wanted = call.body(NewSpace.class);
        String id = Checks.slug(wanted.id(), "/id");
        String title = Checks.title(wanted.title() == null ? id : wanted.title(), "/title");
        Instant now = now();
        Space made = new Space(id, title, now, now, null);
        return ApiResponse.created(wire(call.isDry() ? made : spaces.create(call.actor(), made)));
    }

    private ApiResponse patch(Call call) {
        Space there = find(call);
        if (call.isDry()) {
            return tagged(patched(call, there));
        }
        return tagged(spaces.update(call.actor(), there.id(), "{}", before -> patched(call, before)));
    }

    private Space patched(Call call, Space before) {
        call.unchanged(before.updatedAt());
        NewSpace wanted =
                Bodies.patch(call.request().body(), new NewSpace(before.id(), before.title()), NewSpace.class);
        if (!before.id().equals(wanted.id())) {
            throw Rejection.invalid("/id", "immutable", "cannot be changed", null);
        }
        return before.titled(Checks.title(wanted.title(), "/title"), now());
    }

    private ApiResponse disable(Call call) {
        String id = find(call.bare()).id();
        return tagged(spaces.update(call.actor(), id, "{\"status\":\"disabled\"}", before -> before.stopped(now())));
    }

    private ApiResponse enable(Call call) {
        String id = find(call.bare()).id();
        return tagged(spaces.update(call.actor(), id, "{\"status\":\"active\"}", before -> before.started(now())));
    }

    private ApiResponse list(Call call) {
        List<Space> reached =
                spaces.list().stream().filter(space -> call.reaches(space.id())).toList();
        return ApiResponse.ok(call.slice(reached, Space::createdAt, Space::id, SpacesApi::wire));
    }

    private Space find(Call call) {
        return spaces.get(call.param(0)).orElseThrow(() -> Rejection.noSpace(call.param(0)));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static ApiResponse tagged(Space space) {
        return ApiResponse.tagged(wire(space), space.updatedAt());
    }

    private static dev.keymesh.sdk.wire.Space wire(Space space) {
        return new dev.keymesh.sdk.wire.Space(
                space.id(),
                space.title(),
                space.disabled() ? "disabled" : "active",
                space.createdAt(),
                space.updatedAt(),
                space.disabledAt());
    }
}
