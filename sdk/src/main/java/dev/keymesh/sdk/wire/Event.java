package dev.keymesh.sdk.wire;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the event log.
 *
 * @param seq its place in the log, counting up
 * @param id starts with {@code evt_}
 * @param action the permission's name of an administrative act, e.g. {@code keys.revoke}, or the name of what
 *     happened, e.g. {@code budget.threshold_reached}
 * @param target the id or scope that it is about; null where there is none
 * @param data what changed; never a secret
 */
public record Event(
        long seq,
        String id,
        String action,
        Actor actor,
        @Nullable String target,
        Instant at,
        Map<String, Object> data) {

    /**
     * Who did it.
     *
     * @param type {@code virtual_key}, {@code management_key}, {@code person} or {@code system}
     * @param id null for {@code system}
     */
    public record Actor(String type, @Nullable String id) {}
}
