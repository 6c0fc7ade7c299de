package dev.keymesh.sdk;

import dev.keymesh.sdk.wire.SelfKey;
import dev.keymesh.sdk.wire.VirtualKey;
import dev.keymesh.sdk.wire.Whoami;
import org.jspecify.annotations.Nullable;

/** Who the credential is. */
public final class Account {
    private final Api api;

    Account(Api api) {
        this.api = api;
    }

    /**
     * Asks the server who this credential is and, where it knows it, presents it in every later call of this client.
     *
     * @param credential a management key, {@code kma-...}, or a virtual key, {@code km-...}
     * @throws IllegalArgumentException where the credential is missing or cannot stand in a header
     * @throws KeymeshException where the server does not know it; the client keeps what it had
     */
    public Whoami connect(@Nullable String credential) {
        String checked = Api.checked(credential);
        Whoami whoami = new Account(api.presenting(checked)).whoami();
        api.present(checked);
        return whoami;
    }

    /** The virtual key of this client: what it may do and spend. */
    public SelfKey self() {
        return api.get("/api/v1/self", SelfKey.class);
    }

    /** Ends the virtual key of this client and all its parts for good. */
    public VirtualKey revokeSelf() {
        return api.post("/api/v1/self/revoke", null, VirtualKey.class);
    }

    /** Who the credential of this client is. */
    public Whoami whoami() {
        return api.get("/api/v1/whoami", Whoami.class);
    }
}
