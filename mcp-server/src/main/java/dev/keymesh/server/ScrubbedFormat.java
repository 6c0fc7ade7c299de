package dev.keymesh.server;

import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;

/**
 * Lines of a log in which whatever looks like a credential is blacked out, and of which a message makes one each; named
 * in {@code logging.properties}.
 */
public final class ScrubbedFormat extends SimpleFormatter {
    /** Our keys and the providers', by how they begin. */
    private static final Pattern KEY = Pattern.compile("\\b(km-|kma-|sk-)[A-Za-z0-9_-]+");

    /** What follows the name of a scheme or of a header that carries a credential. */
    private static final Pattern HEADER = Pattern.compile(
            "\\b((?:bearer\\s+|(?:x-api-key|api-key|authorization)\\s*[:=]\\s*(?:bearer\\s+)?))[^\\s\"',;}\\]]+",
            Pattern.CASE_INSENSITIVE);

    /** What ends a line somewhere or steers a terminal: a message may quote a client. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u2028\\u2029]");

    /** The message alone; a stack trace keeps its lines. A blank leaves the patterns above what they look for. */
    @Override
    public String formatMessage(LogRecord line) {
        return CONTROL.matcher(super.formatMessage(line)).replaceAll(" ");
    }

    @Override
    public String format(LogRecord line) {
        return scrub(super.format(line));
    }

    /** The text without what looks like a credential. */
    static String scrub(String text) {
        return KEY.matcher(HEADER.matcher(text).replaceAll("$1***")).replaceAll("$1***");
    }
}
