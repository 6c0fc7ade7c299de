package dev.keymesh.sdk.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A time of the week, UTC; one that ends before it starts ends on the next day.
 *
 * @param days on which it starts, {@code mon tue wed thu fri sat sun}; null is all
 * @param from the first minute, {@code HH:MM}
 * @param to the first minute after it, {@code HH:MM}
 */
public record PriceWindow(@Nullable List<String> days, String from, String to) {}
