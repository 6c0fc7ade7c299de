package dev.keymesh.server.mcp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The lines of an input, each of bounded length. */
final class Lines {
    private final InputStream in;
    private final int longest;
    private boolean tooLong;

    Lines(InputStream in, int longest) {
        this.in = new BufferedInputStream(in, 64 * 1024);
        this.longest = longest;
    }

    /** The next line without its end, the last one even where it has none; null after it. */
    byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        tooLong = false;
        int read = in.read();
        if (read < 0) {
            return null;
        }
        for (; read >= 0 && read != '\n'; read = in.read()) {
            if (line.size() < longest) {
                line.write(read);
            } else {
                tooLong = true;
            }
        }
        return line.toByteArray();
    }

    /** Whether the last line was longer than allowed, and is not whole. */
    boolean tooLong() {
        return tooLong;
    }
}
