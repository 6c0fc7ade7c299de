package dev.keymesh.gateway.page;

import java.util.Locale;

/** Counts as pages write them. */
final class Numbers {
    private Numbers() {}

    /** Such as {@code 1,234,567}. */
    static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
