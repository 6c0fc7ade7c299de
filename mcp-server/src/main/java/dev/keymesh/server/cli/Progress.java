package dev.keymesh.server.cli;

import java.io.PrintWriter;

/** A bar on standard error that shows how far long work is; nothing where it is no terminal. */
final class Progress implements AutoCloseable {
    private static final int CELLS = 30;
    private static final int COUNTS = 24;

    private final PrintWriter err;
    private final int total;
    private final boolean shown;
    private int done;
    private int cells = -1;

    Progress(PrintWriter err, int total, boolean shown) {
        this.err = err;
        this.total = total;
        this.shown = shown && total > 1;
    }

    /** One more is done. */
    void step() {
        done++;
        int now = CELLS * done / total;
        if (shown && now != cells) {
            cells = now;
            err.print("\r[" + "#".repeat(now) + " ".repeat(CELLS - now) + "] " + done + "/" + total);
            err.flush();
        }
    }

    /** Takes the bar away until the next step, so that the line is free. */
    void hide() {
        if (shown && cells >= 0) {
            cells = -1;
            err.print("\r" + " ".repeat(CELLS + COUNTS) + "\r");
            err.flush();
        }
    }

    @Override
    public void close() {
        hide();
    }
}
