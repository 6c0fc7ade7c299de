package dev.keymesh.gateway.dialect;

import java.util.Locale;
import java.util.Optional;

/** The kinds of provider that can be configured, and the built-in one. */
public enum ProviderKind {
    OPENAI,
    ANTHROPIC,
    OPENAI_COMPATIBLE,
    DEMO;

    /** The wire name, such as {@code openai-compatible}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<ProviderKind> of(String wire) {
        for (ProviderKind kind : values()) {
            if (kind.wire().equals(wire)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    public boolean serves(Shape shape) {
        return switch (this) {
            case OPENAI, OPENAI_COMPATIBLE -> shape == Shape.OPENAI;
            case ANTHROPIC -> shape == Shape.ANTHROPIC;
            case DEMO -> true;
        };
    }
}
