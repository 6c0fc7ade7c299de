package dev.keymesh.server.mcp;

/** There is no credential, or none that is good; the message says what to set. */
public final class Unauthenticated extends RuntimeException {
    public Unauthenticated(String message) {
        super(message, null, false, false);
    }
}
