package dev.keymesh.gateway.store;

/** The store cannot be used: the message says why, in words for the person who runs Keymesh. Answered with 503. */
public final class StoreException extends RuntimeException {
    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
