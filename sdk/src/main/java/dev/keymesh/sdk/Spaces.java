package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.NewSpace;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.Space;

/**
 * The spaces and what belongs to one; {@code in(space)} of keys and workspaces chooses another than {@code default}.
 */
public final class Spaces {
    private final Api api;

    Spaces(Api api) {
        this.api = api;
    }

    /** Adds a space, with a workspace {@code default}. */
    public Space create(NewSpace space) {
        return api.post("/api/v1/spaces", space, Space.class);
    }

    /** The spaces that the credential reaches, newest first. */
    public Page<Space> list(Query query) {
        return api.page("/api/v1/spaces" + query, Space.class);
    }

    /** The space of this slug. */
    public Space get(String id) {
        return api.get(space(id), Space.class);
    }

    /** Changes single members of a space. */
    public Space patch(String id, Patch patch) {
        return api.patch(space(id), patch, Space.class);
    }

    /** The stop switch: refuses every key of the space at once and ends the calls that run. */
    public Space disable(String id) {
        return api.post(space(id) + "/disable", null, Space.class);
    }

    /** Takes back {@link #disable}. */
    public Space enable(String id) {
        return api.post(space(id) + "/enable", null, Space.class);
    }

    /** Virtual keys. */
    public Keys keys() {
        return new Keys(api, "default");
    }

    /** Workspaces: one tenant or customer each. */
    public Workspaces workspaces() {
        return new Workspaces(api, "default");
    }

    private static String space(String id) {
        return "/api/v1/spaces/" + WireRequest.segment(id);
    }
}
