package dev.keymesh.gateway.dialect;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The lines of a stream as bytes, without the line feeds that end them; what follows the last one is a line too. */
final class Lines {
    /** A line is in memory while it is read. */
    static final int LONGEST = 16 * 1024 * 1024;

    private final InputStream in;
    private final byte[] buffer = new byte[32_768];
    private int at;
    private int filled;
    private int number;

    Lines(InputStream in) {
        this.in = in;
    }

    /** That of the line that was read last, from 1. */
    int number() {
        return number;
    }

    /**
     * The next line; null is the end.
     *
     * @throws Unreadable when it is longer than {@link #LONGEST}
     */
    byte @Nullable [] next() throws IOException {
        Bytes line = null;
        while (true) {
            if (at == filled) {
                filled = in.read(buffer);
                at = 0;
            }
            if (filled < 0) {
                filled = 0;
                return line == null ? null : counted(Arrays.copyOf(line.array, line.length));
            }
            int end = at;
            while (end < filled && buffer[end] != '\n') {
                end++;
            }
            boolean whole = end < filled;
            if (whole && line == null) {
                byte[] found = Arrays.copyOfRange(buffer, at, end);
                at = end + 1;
                return counted(found);
            }
            line = line == null ? new Bytes(end - at + 256) : line;
            line.append(java.nio.ByteBuffer.wrap(buffer), at, end);
            at = whole ? end + 1 : end;
            if (line.length > LONGEST) {
                throw new Unreadable("", "Line " + (number + 1) + " is longer than " + LONGEST + " bytes.");
            }
            if (whole) {
                return counted(Arrays.copyOf(line.array, line.length));
            }
        }
    }

    private byte[] counted(byte[] line) {
        number++;
        return line;
    }
}
