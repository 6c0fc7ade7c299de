package dev.keymesh.sdk;

/** A way to a Keymesh server: over HTTP, or in process. */
public interface Transport {
    /**
     * Sends a request and waits for the whole answer.
     *
     * @throws KeymeshException where there is no answer; an answer of any status is returned
     */
    WireResponse send(WireRequest request);
}
