package dev.keymesh.gateway.price;

import java.util.Locale;
import java.util.Optional;

/** The kinds of provider that can be configured, and the built-in one. */
public enum ProviderKind {
    OPENAI,
    ANTHROPIC,
    OPENAI_COMPATIBLE,
    DEMO;

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The wire name, such as {@code openai-compatible}. */
    public String wire() {
        return wire;
    }

    public static Optional<ProviderKind> of(String wire) {
        for (ProviderKind kind : values()) {
            if (kind.wire().equals(wire)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
