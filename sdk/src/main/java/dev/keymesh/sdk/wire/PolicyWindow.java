package dev.keymesh.sdk.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A weekly time in which calls are allowed.
 *
 * @param days {@code mon tue wed thu fri sat sun}
 * @param from the first minute, {@code HH:MM}
 * @param to the first minute after it, {@code HH:MM}
 * @param timezone an IANA name, e.g. {@code Europe/Berlin}; null is UTC
 */
public record PolicyWindow(
        List<String> days, String from, String to, @Nullable String timezone) {}
