package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.IssuedManagementKey;
import dev.keymesh.sdk.wire.ManagementKey;
import dev.keymesh.sdk.wire.NewManagementKey;
import dev.keymesh.sdk.wire.Page;

/** The credentials of this API. */
public final class ManagementKeys {
    private final Api api;

    ManagementKeys(Api api) {
        this.api = api;
    }

    /** Issues one; its secret is in this answer and never again. */
    public IssuedManagementKey issue(NewManagementKey key) {
        return api.post("/api/v1/management-keys", key, IssuedManagementKey.class);
    }

    /** All of them, newest first, revoked ones included. */
    public Page<ManagementKey> list(Query query) {
        return api.page("/api/v1/management-keys" + query, ManagementKey.class);
    }

    /** Ends one for good; the next request with it is refused. */
    public ManagementKey revoke(String id) {
        return api.post("/api/v1/management-keys/" + WireRequest.segment(id) + "/revoke", null, ManagementKey.class);
    }
}
