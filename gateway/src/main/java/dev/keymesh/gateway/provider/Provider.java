package dev.keymesh.gateway.provider;

import dev.keymesh.gateway.price.ProviderKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A vendor's endpoint that calls are forwarded to.
 *
 * @param credential as it is sent; opened once, in memory only
 * @param capField the member that caps the output here; null is the kind's own
 */
public record Provider(
        String id,
        String name,
        ProviderKind kind,
        String baseUrl,
        String credential,
        String hint,
        @Nullable String capField,
        boolean enabled,
        Instant createdAt,
        Instant updatedAt) {

    /** Whether its paths are of this shape. */
    public boolean serves(Shape shape) {
        return switch (kind) {
            case OPENAI, OPENAI_COMPATIBLE -> shape == Shape.OPENAI;
            case ANTHROPIC -> shape == Shape.ANTHROPIC;
            case DEMO -> true;
        };
    }

    @Override
    public String toString() {
        return "Provider[" + id + ", " + name + ", " + kind.wire() + "]";
    }
}
