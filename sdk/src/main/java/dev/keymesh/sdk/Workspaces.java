package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.NewWorkspace;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.Workspace;

/** The workspaces of one space. */
public final class Workspaces {
    private final Api api;
    private final String space;

    Workspaces(Api api, String space) {
        this.api = api;
        this.space = space;
    }

    /** The workspaces of this space. */
    public Workspaces in(String space) {
        return new Workspaces(api, space);
    }

    /** Adds a workspace. */
    public Workspace create(NewWorkspace workspace) {
        return api.post(workspaces(), workspace, Workspace.class);
    }

    /** The space's workspaces, newest first. */
    public Page<Workspace> list(Query query) {
        return api.page(workspaces() + query, Workspace.class);
    }

    /** The workspace of this slug. */
    public Workspace get(String id) {
        return api.get(workspace(id), Workspace.class);
    }

    /** Changes single members of a workspace; a nested {@link Patch} those of its policy. */
    public Workspace patch(String id, Patch patch) {
        return api.patch(workspace(id), patch, Workspace.class);
    }

    /** Takes a workspace away. */
    public void delete(String id) {
        api.delete(workspace(id));
    }

    private String workspaces() {
        return "/api/v1/spaces/" + WireRequest.segment(space) + "/workspaces";
    }

    private String workspace(String id) {
        return workspaces() + "/" + WireRequest.segment(id);
    }
}
