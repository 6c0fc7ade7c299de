package dev.keymesh.gateway.alert;

import org.jspecify.annotations.Nullable;

/**
 * How an attempt to deliver went.
 *
 * @param status what was answered; null where nothing was
 * @param error why it failed; null where it did not
 * @param response the beginning of the answer to one that failed
 * @param gone whether the receiver wants no more
 */
record Outcome(
        @Nullable Integer status,
        @Nullable String error,
        @Nullable String response,
        boolean gone) {
    static Outcome delivered(@Nullable Integer status) {
        return new Outcome(status, null, null, false);
    }

    static Outcome failed(String error) {
        return new Outcome(null, error, null, false);
    }

    boolean ok() {
        return error == null;
    }
}
