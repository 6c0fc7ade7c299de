package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.Refusal;

/** A refusal on a thread that waits, where it ends what runs there. */
final class Refused extends RuntimeException {
    private final transient Refusal refusal;

    Refused(Refusal refusal) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }
}
