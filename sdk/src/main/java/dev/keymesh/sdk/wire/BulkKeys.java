package dev.keymesh.sdk.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys to issue together, all or none: the body of {@code POST /api/v1/spaces/{space}/keys/bulk}.
 *
 * @param keys 1 to 1,000
 * @param deliver {@code secret} puts each secret into the answer, {@code claim} a link that shows it once; null is secret
 * @param claimExpiresIn how long the links are good, as ISO 8601 writes it; null is {@code PT72H}
 */
public record BulkKeys(
        List<NewKey> keys,
        @Nullable String deliver,
        @Nullable String claimExpiresIn) {}
