package dev.keymesh.server.mcp;

import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.wire.Whoami;

/** Who calls: a credential that the gateway knew at this moment, and what it may do. */
public final class Caller {
    private final Backend backend;
    private final String credential;
    private final Whoami whoami;

    private Caller(Backend backend, String credential, Whoami whoami) {
        this.backend = backend;
        this.credential = credential;
        this.whoami = whoami;
    }

    /**
     * Asks the gateway who a credential is.
     *
     * @throws Unauthenticated when it is none of its
     * @throws KeymeshException when the gateway does not answer
     */
    public static Caller of(Backend backend, String credential) {
        try {
            return new Caller(
                    backend,
                    credential,
                    Keymesh.over(backend.rest()).with(credential).account().whoami());
        } catch (IllegalArgumentException e) {
            throw new Unauthenticated(String.valueOf(e.getMessage()));
        } catch (KeymeshException e) {
            if (e.status() == 401) {
                throw new Unauthenticated(
                        "The credential is not known here, or it was revoked, disabled or has expired."
                                + " Set a management key (kma-...) or a virtual key (km-...) that is in use.");
            }
            throw e;
        }
    }

    Backend backend() {
        return backend;
    }

    String credential() {
        return credential;
    }

    Whoami whoami() {
        return whoami;
    }

    /** The id of the credential. */
    public String id() {
        return whoami.credential().id();
    }

    boolean virtualKey() {
        return whoami.credential().type().equals("virtual_key");
    }

    Keymesh rest() {
        return Keymesh.over(backend.rest()).with(credential);
    }

    /** The credential is a secret. */
    @Override
    public String toString() {
        return "Caller[" + id() + "]";
    }
}
