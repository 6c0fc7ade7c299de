package dev.keymesh.sdk.wire;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint of format {@code standard} is sent.
 *
 * @param type the event's name
 * @param timestamp when it happened
 */
public record WebhookMessage(String type, Instant timestamp, Data data) {
    /**
     * The event.
     *
     * @param id as in the event log
     * @param target what it is about: an id, or a budget's scope
     * @param space the one space that it belongs to; null is the account's
     * @param title of the key that it is about
     * @param details what the event log holds besides
     */
    public record Data(
            String id,
            Event.Actor actor,
            String target,
            @Nullable String space,
            @Nullable String title,
            Map<String, Object> details) {}
}
