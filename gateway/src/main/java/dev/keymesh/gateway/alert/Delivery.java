package dev.keymesh.gateway.alert;

import dev.keymesh.sdk.wire.WebhookAttempt;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message to one endpoint.
 *
 * @param message the same at each attempt, so that the receiver can tell a second one
 * @param body the message as JSON, whatever the endpoint's format
 * @param tries attempts that failed since it was queued, or queued again
 * @param attempts oldest first
 * @param claim the attempt that runs; null where none does
 * @param nextAt when it is due, or due again where whoever claimed it died
 */
public record Delivery(
        String id,
        String endpoint,
        String message,
        String type,
        String body,
        Status status,
        int tries,
        List<WebhookAttempt> attempts,
        @Nullable String claim,
        Instant nextAt,
        Instant createdAt) {
    /** How far it came. */
    public enum Status {
        PENDING,
        DELIVERED,
        FAILED;

        public String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
