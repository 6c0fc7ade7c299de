package dev.keymesh.gateway.page;

import dev.keymesh.gateway.access.Caller;

/**
 * Somebody who signed in with a management key.
 *
 * @param id the hash of the cookie's token
 * @param csrf what each form of this session carries
 * @param caller what the key may do now
 */
record Session(String id, String csrf, Caller.Management caller) {
    // The token of the forms is a secret too.
    @Override
    public String toString() {
        return "Session[" + caller.id() + "]";
    }
}
