package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.NewProvider;
import dev.keymesh.sdk.wire.Page;
import dev.keymesh.sdk.wire.Provider;
import dev.keymesh.sdk.wire.ProviderCredential;
import dev.keymesh.sdk.wire.ProviderTest;

/** The vendors whose models the gateway serves, with their credentials, which nothing here answers. */
public final class Providers {
    private final Api api;

    Providers(Api api) {
        this.api = api;
    }

    /** Adds a provider. */
    public Provider create(NewProvider provider) {
        return api.post("/api/v1/providers", provider, Provider.class);
    }

    /** All providers, newest first. */
    public Page<Provider> list(Query query) {
        return api.page("/api/v1/providers" + query, Provider.class);
    }

    /** The provider of this id. */
    public Provider get(String id) {
        return api.get(provider(id), Provider.class);
    }

    /** Changes single members of a provider. */
    public Provider patch(String id, Patch patch) {
        return api.patch(provider(id), patch, Provider.class);
    }

    /** Takes a provider away, its credential with it. */
    public void delete(String id) {
        api.delete(provider(id));
    }

    /** Calls the provider once, at no cost, and says what it answered. */
    public ProviderTest test(String id) {
        return api.post(provider(id) + "/test", null, ProviderTest.class);
    }

    /** Gives a provider another credential. */
    public Provider rotate(String id, String credential) {
        return api.post(provider(id) + "/rotate", new ProviderCredential(credential), Provider.class);
    }

    private static String provider(String id) {
        return "/api/v1/providers/" + WireRequest.segment(id);
    }
}
