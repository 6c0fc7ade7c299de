package dev.keymesh.sdk.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where events are told.
 *
 * @param url for {@code slack} the host and the last characters alone: there the URL is the credential
 * @param to the mail addresses of {@code email}, else null
 * @param space whose events are told; null is the whole account's
 * @param disabledReason why Keymesh disabled it: {@code gone} (410) or {@code failing} (for five days); else null
 * @param failingSince the first failure since the last success
 * @param previousSecretUntil until when the secret before signs too
 */
public record WebhookEndpoint(
        String id,
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
        Instant updatedAt) {}
