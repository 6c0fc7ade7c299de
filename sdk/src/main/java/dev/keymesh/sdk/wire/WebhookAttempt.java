package dev.keymesh.sdk.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to deliver.
 *
 * @param status what was answered; null where nothing was
 * @param error why it counts as failed; null where it does not
 * @param response the first kilobyte of the answer to an attempt that failed
 */
public record WebhookAttempt(
        Instant at,
        @Nullable Integer status,
        @Nullable String error,
        long durationMillis,
        @Nullable String response) {}
