package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.Refusal;

/** A provider did not answer what was asked on a thread that waits. */
final class NoAnswer extends Exception {
    private final transient Refusal refusal;
    private final boolean written;

    /**
     * With what the caller is told.
     *
     * @param written whether the request may have reached the provider
     */
    NoAnswer(Refusal refusal, boolean written) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
        this.written = written;
    }

    Refusal refusal() {
        return refusal;
    }

    boolean written() {
        return written;
    }
}
