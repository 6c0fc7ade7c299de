package dev.keymesh.gateway.alert;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where events are told.
 *
 * @param space whose events; null is the whole account's
 * @param url null where the format is mail
 * @param to the mail addresses, else empty
 * @param secret what messages are signed with; null where they are not
 * @param oldSecret signs too, until {@code oldSecretUntil}
 * @param disabledReason why Keymesh disabled it; null where somebody else did, or nobody
 * @param failingSince the first failure since the last success
 */
public record Endpoint(
        String id,
        @Nullable String space,
        Format format,
        @Nullable String url,
        List<String> to,
        List<String> events,
        @Nullable String description,
        @Nullable String secret,
        @Nullable String oldSecret,
        @Nullable Instant oldSecretUntil,
        boolean enabled,
        @Nullable String disabledReason,
        @Nullable Instant failingSince,
        Instant createdAt,
        Instant updatedAt) {

    /** The same with what a change may give it; who enables it forgets why it was disabled. */
    public Endpoint with(
            @Nullable String otherUrl,
            List<String> otherTo,
            List<String> otherEvents,
            @Nullable String otherDescription,
            boolean nowEnabled,
            Instant at) {
        boolean again = nowEnabled && !enabled;
        return new Endpoint(
                id,
                space,
                format,
                otherUrl,
                otherTo,
                otherEvents,
                otherDescription,
                secret,
                oldSecret,
                oldSecretUntil,
                nowEnabled,
                nowEnabled ? null : disabledReason,
                again ? null : failingSince,
                createdAt,
                at);
    }

    /** The same with another secret beside the one before. */
    Endpoint rotated(String another, Instant oldUntil, Instant at) {
        return new Endpoint(
                id,
                space,
                format,
                url,
                to,
                events,
                description,
                another,
                secret,
                oldUntil,
                enabled,
                disabledReason,
                failingSince,
                createdAt,
                at);
    }

    Endpoint disabled(String reason, Instant at) {
        return new Endpoint(
                id,
                space,
                format,
                url,
                to,
                events,
                description,
                secret,
                oldSecret,
                oldSecretUntil,
                false,
                reason,
                failingSince,
                createdAt,
                at);
    }

    /** Whether it is told of an event of this space; null is an event of the whole account. */
    boolean wants(String type, @Nullable String ofSpace) {
        return (space == null || space.equals(ofSpace)) && (events.contains(EventTypes.ALL) || events.contains(type));
    }

    /** The URL and the secrets stay out. */
    @Override
    public String toString() {
        return "Endpoint[" + id + ", " + format.wire() + "]";
    }
}
