package dev.keymesh.sdk.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message to one webhook endpoint.
 *
 * @param message what the header {@code webhook-id} says, the same at each attempt: the event's id, or the delivery's own
 *     where it is a test
 * @param type the event's name
 * @param status {@code pending}, {@code delivered} or {@code failed}
 * @param attempts oldest first; the last 20
 * @param nextAttemptAt null where it is not pending
 */
public record WebhookDelivery(
        String id,
        String endpoint,
        String message,
        String type,
        String status,
        List<WebhookAttempt> attempts,
        @Nullable Instant nextAttemptAt,
        Instant createdAt) {}
