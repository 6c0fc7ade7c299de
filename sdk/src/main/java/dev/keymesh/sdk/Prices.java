package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.NewPrice;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.Price;

/** What models cost: one entry for each provider and model. */
public final class Prices {
    private final Api api;

    Prices(Api api) {
        this.api = api;
    }

    /** Sets an entry, the first or another version of it. */
    public Price put(NewPrice price) {
        return api.put("/api/v1/prices", price, Price.class);
    }

    /**
     * The entries in force, newest first.
     *
     * @param query filtered by {@code provider model}
     */
    public Page<Price> list(Query query) {
        return api.page("/api/v1/prices" + query, Price.class);
    }

    /** Takes an entry away; what was charged by it stays. */
    public void delete(String provider, String model) {
        api.delete("/api/v1/prices" + Query.all().where("provider", provider).where("model", model));
    }
}
