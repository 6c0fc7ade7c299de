package dev.keymesh.gateway.provider;

import java.time.Instant;

/**
 * Something that a provider keeps, and who had it made.
 *
 * @param provider the id of the provider
 * @param id the provider's own
 * @param key the virtual key that it was made with
 * @param facts JSON: of a file for batches what its requests ask for, of a batch what it is settled by; else {@code {}}
 * @param unsettled a batch whose cost is not known yet
 */
public record ProviderObject(
        String provider,
        String id,
        ObjectKind kind,
        String space,
        String workspace,
        String key,
        String facts,
        boolean unsettled,
        Instant createdAt) {
    /** Where nothing is to be remembered but whose it is. */
    public static final String NO_FACTS = "{}";
}
