package dev.keymesh.gateway.trace;

import org.jspecify.annotations.Nullable;

/**
 * What leaves the process about its calls, besides the metrics that somebody scrapes.
 *
 * @param spans where they are sent; null is nowhere
 * @param accessLog whether each call has a line in the log
 */
public record Observed(@Nullable Telemetry spans, boolean accessLog) {
    public static final Observed NOTHING = new Observed(null, false);
}
