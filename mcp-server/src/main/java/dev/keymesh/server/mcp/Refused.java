package dev.keymesh.server.mcp;

/** What a tool refuses; the message goes to the model, so it says what to do instead. */
final class Refused extends RuntimeException {
    Refused(String message) {
        super(message, null, false, false);
    }
}
