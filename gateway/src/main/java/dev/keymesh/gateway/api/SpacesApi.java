package dev.keymesh.gateway.api;

import dev.keymesh.gateway.tenant.Space;
import dev.keymesh.gateway.tenant.Spaces;
import dev.keymesh.sdk.wire.NewSpace;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Spaces: {@code /api/v1/spaces}. */
public final class SpacesApi implements Resource {
    private static final String PATH = "/api/v1/spaces";

    private final Spaces spaces;
    private final InstantSource clock;

    public SpacesApi(Spaces spaces, InstantSource clock) {
        this.spaces = spaces;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("POST", PATH, "spaces.write", this::create),
                Route.of("GET", PATH, "spaces.read", this::list)
                        .taking("limit", "cursor")
                        .narrowing());
    }

    private ApiResponse create(Call call) {
        NewSpace wanted = call.body(NewSpace.class);
        String id = Checks.slug(wanted.id(), "/id");
        String title = Checks.title(wanted.title() == null ? id : wanted.title(), "/title");
        return ApiResponse.created(wire(
                spaces.create(call.actor(), new Space(id, title, clock.instant().truncatedTo(ChronoUnit.MILLIS)))));
    }

    private ApiResponse list(Call call) {
        List<Space> reached =
                spaces.list().stream().filter(space -> call.reaches(space.id())).toList();
        return ApiResponse.ok(call.slice(reached, Space::createdAt, Space::id, SpacesApi::wire));
    }

    private static dev.keymesh.sdk.wire.Space wire(Space space) {
        return new dev.keymesh.sdk.wire.Space(space.id(), space.title(), space.createdAt());
    }
}
