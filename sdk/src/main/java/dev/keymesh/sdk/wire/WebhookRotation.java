package dev.keymesh.sdk.wire;

import org.jspecify.annotations.Nullable;

/**
 * The body that gives a webhook endpoint a new secret.
 *
 * @param overlap how long messages are signed with both, from {@code PT0S} to {@code P7D}; null is {@code PT24H}
 */
public record WebhookRotation(@Nullable String overlap) {}
