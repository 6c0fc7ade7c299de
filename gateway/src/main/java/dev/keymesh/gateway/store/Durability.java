package dev.keymesh.gateway.store;

/** How long a commit waits for the disk. */
public enum Durability {
    /** Nothing that was committed is forgotten, whatever fails. */
    POWER,
    /** A crash of the process forgets nothing; a power cut may forget the last 20 ms. */
    PROCESS
}
