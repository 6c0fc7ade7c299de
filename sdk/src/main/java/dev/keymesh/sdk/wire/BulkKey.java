package dev.keymesh.sdk.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key of a bulk issue: what tells it apart, and its secret or where it is to be had.
 *
 * @param secret shown this once; null where there is a link instead
 * @param claimUrl shows the secret once; null where the secret is here
 * @param claimExpiresAt when the link ends
 */
public record BulkKey(
        String id,
        @Nullable String secret,
        @Nullable String claimUrl,
        @Nullable Instant claimExpiresAt,
        String hint,
        String title,
        String space,
        String workspace,
        @Nullable String owner,
        List<String> tags,
        @Nullable String externalId,
        Instant createdAt,
        @Nullable Instant expiresAt) {

    @Override
    public String toString() {
        return "BulkKey[id=" + id + ", title=" + title + ", secret and link=(hidden)]";
    }
}
