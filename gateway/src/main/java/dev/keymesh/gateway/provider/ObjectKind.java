package dev.keymesh.gateway.provider;

import java.util.Locale;

/** What providers keep for their callers under an id. */
public enum ObjectKind {
    FILE,
    BATCH;

    /** The name in rows. */
    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
