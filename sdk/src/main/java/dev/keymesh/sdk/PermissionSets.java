package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.NewPermissionSet;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.PermissionSet;

/** What management keys may do, by names. */
public final class PermissionSets {
    private final Api api;

    PermissionSets(Api api) {
        this.api = api;
    }

    /** Adds a set. */
    public PermissionSet create(NewPermissionSet set) {
        return api.post("/api/v1/permission-sets", set, PermissionSet.class);
    }

    /** All of them, newest first, the built-in ones last. */
    public Page<PermissionSet> list(Query query) {
        return api.page("/api/v1/permission-sets" + query, PermissionSet.class);
    }
}
