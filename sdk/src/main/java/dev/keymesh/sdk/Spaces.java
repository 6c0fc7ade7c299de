package dev.keymesh.sdk;

/** What belongs to a space; {@code in(space)} of keys and workspaces chooses another than {@code default}. */
public final class Spaces {
    private final Api api;

    Spaces(Api api) {
        this.api = api;
    }

    /** Virtual keys. */
    public Keys keys() {
        return new Keys(api, "default");
    }

    /** Workspaces: one tenant or customer each. */
    public Workspaces workspaces() {
        return new Workspaces(api, "default");
    }
}
