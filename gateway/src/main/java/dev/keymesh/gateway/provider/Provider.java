package dev.keymesh.gateway.provider;

import dev.keymesh.gateway.dialect.ProviderKind;
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
    @Override
    public String toString() {
        return "Provider[" + id + ", " + name + ", " + kind.wire() + "]";
    }
}
