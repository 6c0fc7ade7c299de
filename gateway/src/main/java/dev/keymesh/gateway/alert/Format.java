package dev.keymesh.gateway.alert;

import java.util.Locale;
import java.util.Optional;

/** The form in which an endpoint is told. */
public enum Format {
    /** Signed JSON, as Standard Webhooks has it. */
    STANDARD,
    /** {@code {"text":"..."}}, which Slack and those that are compatible with it show. */
    SLACK,
    EMAIL;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Format> of(String wire) {
        for (Format format : values()) {
            if (format.wire().equals(wire)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }
}
