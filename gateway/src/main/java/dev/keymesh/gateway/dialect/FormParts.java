package dev.keymesh.gateway.dialect;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parts of a form, one after the other, byte by byte: {@code next()}, then {@code value()} or {@code skip()}. */
final class FormParts {
    private static final int LONGEST_LINE = 4_096;
    private static final int MOST_HEADERS = 10;
    private static final int LONGEST_VALUE = 4_096;

    /** No backslash anywhere: whether it escapes is read differently. */
    private static final Pattern DISPOSITION = Pattern.compile(
            "form-data\\s*;\\s*name=\"?([A-Za-z0-9_.\\[\\]-]{1,64})\"?"
                    + "(\\s*;\\s*filename=(\"[^\"\\\\]*\"|[^\"\\\\;\\s]+))?(\\s*;\\s*filename\\*=[^\"\\\\;\\s]+)?\\s*",
            Pattern.CASE_INSENSITIVE);

    private final InputStream in;
    private final byte[] buffer = new byte[32_768];
    private int at;
    private int filled;
    private final byte[] dashed;
    /** The boundary with the line's end that belongs to it, and the boundary wherever it stands. */
    private final Search delimiter;

    private final Search boundary;
    private String name = "";
    private boolean file;

    FormParts(InputStream in, String boundary) {
        this.in = in;
        dashed = ("--" + boundary).getBytes(StandardCharsets.US_ASCII);
        delimiter = new Search(("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII));
        this.boundary = new Search(dashed);
    }

    /** The next byte; -1 is the end. */
    private int read() throws IOException {
        if (at == filled) {
            at = 0;
            filled = Math.max(0, in.read(buffer));
            if (filled == 0) {
                return -1;
            }
        }
        return buffer[at++] & 0xff;
    }

    /** Reads the first boundary: before it is nothing. */
    void begin() throws IOException {
        for (byte expected : dashed) {
            if (read() != (expected & 0xff)) {
                throw broken("The form does not start with the boundary that its Content-Type names.");
            }
        }
    }

    /** Reads what follows a boundary: the headers of a part, or the form's end. */
    boolean next() throws IOException {
        int first = read();
        int second = read();
        if (first == '-' && second == '-') {
            int after = read();
            if (after == '\r') {
                after = read() == '\n' ? read() : 0;
            }
            if (after >= 0) {
                throw broken("There is text after the form's last boundary.");
            }
            return false;
        }
        if (first != '\r' || second != '\n') {
            throw broken("A boundary of the form is followed by something else than a line's end.");
        }
        headers();
        return true;
    }

    String name() {
        return name;
    }

    boolean isFile() {
        return file;
    }

    private void headers() throws IOException {
        String disposition = null;
        String line = line();
        for (int count = 0; !line.isEmpty(); count++) {
            int colon = line.indexOf(':');
            if (colon < 1 || count == MOST_HEADERS) {
                throw broken("A part's header has no name, or a part has more than " + MOST_HEADERS + " headers.");
            }
            switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-disposition" -> {
                    if (disposition != null) {
                        throw broken("A part has two Content-Disposition headers.");
                    }
                    disposition = line.substring(colon + 1).strip();
                }
                case "content-type", "content-length" -> {
                    // of what is in the part
                }
                default ->
                    throw broken("A part has a header '" + printable(line.substring(0, colon))
                            + "'. Send Content-Disposition and Content-Type only.");
            }
            line = line();
        }
        named(disposition == null ? "" : disposition);
    }

    private void named(String disposition) {
        Matcher matcher = DISPOSITION.matcher(disposition);
        if (!matcher.matches()) {
            throw broken("A part's Content-Disposition is not form-data with one plain name and at most a file name"
                    + " without quotes and backslashes.");
        }
        name = matcher.group(1);
        file = matcher.group(2) != null || matcher.group(4) != null;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = read(); b != '\r'; b = read()) {
            if (b < 0 || b == '\n' || b == 0 || line.size() == LONGEST_LINE) {
                throw broken("A part's headers break off, or do not end their lines with CR LF.");
            }
            line.write(b);
        }
        if (read() != '\n') {
            throw broken("A part's headers do not end their lines with CR LF.");
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** The text of a field, up to the next boundary. */
    String value() throws IOException {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        delimiter.restart();
        boundary.restart();
        while (true) {
            int b = read();
            if (b >= 0) {
                value.write(b);
            }
            if (passed(b)) {
                return new String(value.toByteArray(), 0, value.size() - dashed.length - 2, StandardCharsets.UTF_8);
            }
            if (value.size() > LONGEST_VALUE + dashed.length) {
                throw new Unreadable(name, "'" + name + "' is longer than " + LONGEST_VALUE + " bytes.");
            }
        }
    }

    /** Passes by what the part holds, and says how many bytes that was at most. */
    long skip() throws IOException {
        delimiter.restart();
        boundary.restart();
        long bytes = 1;
        while (!passed(read())) {
            bytes++;
        }
        return bytes;
    }

    /** What the part holds, byte by byte, up to the next boundary; it must be read to its end before the next part. */
    InputStream content() {
        delimiter.restart();
        boundary.restart();
        return new PartContent();
    }

    private boolean passed(int b) {
        if (b < 0) {
            throw broken("The form breaks off in a part.");
        }
        boolean delimited = delimiter.endsWith((byte) b);
        if (boundary.endsWith((byte) b) && !delimited) {
            throw broken("The form's boundary stands inside of a part. Choose another.");
        }
        return delimited;
    }

    private static String printable(String text) {
        return text.substring(0, Math.min(text.length(), 60)).replaceAll("[^!-~]", "?");
    }

    private static Unreadable broken(String text) {
        return new Unreadable("", text);
    }

    /** As many bytes are held back as the boundary has, with its line's end. */
    private final class PartContent extends InputStream {
        private final byte[] back = new byte[dashed.length + 2];
        private int count;
        private int oldest;
        private boolean ended;

        @Override
        public int read() throws IOException {
            while (!ended) {
                int b = FormParts.this.read();
                ended = passed(b);
                int out = back[oldest] & 0xff;
                back[oldest] = (byte) b;
                oldest = oldest + 1 == back.length ? 0 : oldest + 1;
                if (count == back.length) {
                    return out;
                }
                count++;
            }
            return -1;
        }

        @Override
        public int read(byte[] into, int offset, int most) throws IOException {
            int read = 0;
            while (read < most) {
                int b = read();
                if (b < 0) {
                    return read == 0 ? -1 : read;
                }
                into[offset + read] = (byte) b;
                read++;
            }
            return read;
        }
    }

    /** Finds a pattern in bytes that come one by one (Knuth, Morris and Pratt). */
    private static final class Search {
        private final byte[] pattern;
        private final int[] shorter;
        private int matched;

        Search(byte[] pattern) {
            this.pattern = pattern;
            shorter = new int[pattern.length];
            for (int i = 1, length = 0; i < pattern.length; i++) {
                while (length > 0 && pattern[i] != pattern[length]) {
                    length = shorter[length - 1];
                }
                length += pattern[i] == pattern[length] ? 1 : 0;
                shorter[i] = length;
            }
        }

        void restart() {
            matched = 0;
        }

        boolean endsWith(byte next) {
            if (matched == 0 && next != pattern[0]) {
                return false;
            }
            while (matched > 0 && (matched == pattern.length || pattern[matched] != next)) {
                matched = shorter[matched - 1];
            }
            matched += pattern[matched] == next ? 1 : 0;
            return matched == pattern.length;
        }
    }
}
