package dev.keymesh.sdk.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A webhook endpoint just added, with its secret: shown this once. Components as in {@link WebhookEndpoint}.
 *
 * @param secret what messages are signed with, {@code whsec_...}; null where the format is not {@code standard}
 */
public record IssuedWebhookEndpoint(
        String id,
        @Nullable String secret,
        @Nullable String url,
        @Nullable List<String> to,
        List<String> events,
        @Nullable String description,
        String format,
        @Nullable String space,
        boolean enabled,
        @Nullable String disabledReason,
        @Nullable Instant failingSince,
        @Nullable Instant previousSecretUntil,
        Instant createdAt,
        Instant updatedAt) {

    /** This endpoint with its secret. */
    public static IssuedWebhookEndpoint of(WebhookEndpoint endpoint, @Nullable String secret) {
        return new IssuedWebhookEndpoint(
                endpoint.id(),
                secret,
                endpoint.url(),
                endpoint.to(),
                endpoint.events(),
                endpoint.description(),
                endpoint.format(),
                endpoint.space(),
                endpoint.enabled(),
                endpoint.disabledReason(),
                endpoint.failingSince(),
                endpoint.previousSecretUntil(),
                endpoint.createdAt(),
                endpoint.updatedAt());
    }

    @Override
    public String toString() {
        return "IssuedWebhookEndpoint[secret=(hidden), id=" + id + ", format=" + format + "]";
    }
}
