package dev.keymesh.gateway.metric;

/** Which build this is. */
public final class Build {
    public static final String VERSION = "0.1.0";

    private Build() {}
}
