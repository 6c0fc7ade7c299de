package dev.keymesh.gateway.store;

/** A change contradicts what is there: nothing was written; the message is for whoever asked. Answered with 409. */
public final class Conflict extends RuntimeException {
    public Conflict(String message) {
        super(message, null, false, false);
    }
}
