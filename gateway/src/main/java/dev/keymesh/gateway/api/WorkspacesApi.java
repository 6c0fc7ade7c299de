package dev.keymesh.gateway.api;

import dev.keymesh.gateway.tenant.Spaces;
import dev.keymesh.gateway.tenant.Workspace;
import dev.keymesh.gateway.tenant.Workspaces;
import dev.keymesh.sdk.wire.NewWorkspace;
import dev.keymesh.sdk.wire.Policy;
import java.time.InstantSource;
import java.util.List;

/** Workspaces: {@code /api/v1/spaces/{space}/workspaces}. */
public final class WorkspacesApi implements Resource {
    private static final String PATH = "/api/v1/spaces/*/workspaces";

    private final Spaces spaces;
    private final Workspaces workspaces;
    private final InstantSource clock;

    public WorkspacesApi(Spaces spaces, Workspaces workspaces, InstantSource clock) {
        this.spaces = spaces;
        this.workspaces = workspaces;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("POST", PATH, "workspaces.write", this::create).taking(Call.DRY_RUN),
                Route.of("GET", PATH, "workspaces.read", this::list).taking("limit", "cursor"),
                Route.of(
                        "GET",
                        PATH + "/*",
                        "workspaces.read",
                        call -> ApiResponse.tagged(wire(find(call)), find(call).updatedAt())),
                Route.of("PATCH", PATH + "/*", "workspaces.write", this::patch).taking(Call.DRY_RUN),
                Route.of("DELETE", PATH + "/*", "workspaces.write", this::delete));
    }

    private ApiResponse create(Call call) {
        String space = space(call.param(0));
        NewWorkspace wanted = call.body(NewWorkspace.class);
        Checks.slug(wanted.id(), "/id");
        var now = clock.instant();
        Workspace made = compile(space, wanted, now, now);
        return ApiResponse.created(wire(call.isDry() ? made : workspaces.create(call.actor(), made)));
    }

    private ApiResponse patch(Call call) {
        Workspace there = find(call);
        if (call.isDry()) {
            return ApiResponse.ok(wire(patched(call, there)));
        }
        Workspace after = workspaces.update(call.actor(), there.space(), there.id(), before -> patched(call, before));
        return ApiResponse.tagged(wire(after), after.updatedAt());
    }

    private Workspace patched(Call call, Workspace before) {
        call.unchanged(before.updatedAt());
        NewWorkspace current = new NewWorkspace(
                before.id(), before.title(), before.environment(), before.policy(), before.keyDefaults());
        NewWorkspace wanted = Bodies.patch(call.request().body(), current, NewWorkspace.class);
        if (!before.id().equals(wanted.id())) {
            throw Rejection.invalid("/id", "immutable", "cannot be changed", null);
        }
        return compile(before.space(), wanted, before.createdAt(), clock.instant());
    }

    private static Workspace compile(
            String space, NewWorkspace wanted, java.time.Instant created, java.time.Instant updated) {
        String environment = wanted.environment() == null ? "live" : wanted.environment();
        Checks.slug(environment, "/environment");
        String title = Checks.title(wanted.title() == null ? wanted.id() : wanted.title(), "/title");
        Policy policy = wanted.policy() == null ? Policy.unrestricted() : wanted.policy();
        PolicyCheck.check(policy);
        return Workspace.of(
                space,
                wanted.id(),
                title,
                environment,
                policy,
                DefaultsCheck.checked(wanted.keyDefaults()),
                created,
                updated);
    }

    private ApiResponse list(Call call) {
        return ApiResponse.ok(call.slice(
                workspaces.list(space(call.param(0))), Workspace::createdAt, Workspace::id, WorkspacesApi::wire));
    }

    private ApiResponse delete(Call call) {
        workspaces.delete(call.actor(), find(call));
        return ApiResponse.noContent();
    }

    private Workspace find(Call call) {
        return workspaces.get(call.param(0), call.param(1)).orElseThrow(() -> Rejection.notFound("such workspace"));
    }

    private String space(String space) {
        if (!spaces.exists(space)) {
            throw Rejection.noSpace(space);
        }
        return space;
    }

    private static dev.keymesh.sdk.wire.Workspace wire(Workspace workspace) {
        return new dev.keymesh.sdk.wire.Workspace(
                workspace.id(),
                workspace.title(),
                workspace.environment(),
                workspace.policy(),
                workspace.keyDefaults(),
                workspace.space(),
                workspace.createdAt(),
                workspace.updatedAt());
    }
}
