package dev.keymesh.server.cli;

/** A client's file that cannot be changed without losing something of its owner's; the message says why. */
final class UnreadableSettings extends RuntimeException {
    UnreadableSettings(String message) {
        super(message);
    }
}
