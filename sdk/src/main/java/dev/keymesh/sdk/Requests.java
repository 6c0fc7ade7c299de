package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.NewSettlement;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.RequestRecord;

/** Single calls through the gateway: metadata, never a body. */
public final class Requests {
    private final Api api;

    Requests(Api api) {
        this.api = api;
    }

    /**
     * Calls, newest first.
     *
     * @param query filtered by {@code key workspace model start end}
     */
    public Page<RequestRecord> list(Query query) {
        return api.page("/api/v1/requests" + query, RequestRecord.class);
    }

    /** The call of this id. */
    public RequestRecord get(String id) {
        return api.get("/api/v1/requests/" + WireRequest.segment(id), RequestRecord.class);
    }

    /** Corrects what a call is charged whose provider did not say it; once. */
    public RequestRecord settle(String id, NewSettlement settlement) {
        return api.post("/api/v1/requests/" + WireRequest.segment(id) + "/settlement", settlement, RequestRecord.class);
    }
}
