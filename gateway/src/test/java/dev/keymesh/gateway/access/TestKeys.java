package dev.keymesh.gateway.access;

/** Secrets for tests of what no store has. */
public final class TestKeys {
    private TestKeys() {}

    /** A whole secret that was never issued. */
    public static String unheardOf() {
        return new KeyFormat("km-").fresh().secret();
    }
}
