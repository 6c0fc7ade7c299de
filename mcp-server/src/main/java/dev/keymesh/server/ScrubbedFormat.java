package dev.keymesh.server;

import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;

/** Lines of a log in which whatever looks like a credential is blacked out; named in {@code logging.properties}. */
public final class ScrubbedFormat extends SimpleFormatter {
    /** Our keys and the providers', by how they begin. */
    private static final Pattern KEY = Pattern.compile("\\b(km-|kma-|sk-)[A-Za-z0-9_-]+");

    /** What follows the name of a scheme or of a header that carries a credential. */
    private static final Pattern HEADER = Pattern.compile(
            "\\b((?:bearer\\s+|(?:x-api-key|api-key|authorization)\\s*[:=]\\s*(?:bearer\\s+)?))[^\\s\"',;}\\]]+",
            Pattern.CASE_INSENSITIVE);

    @Override
    public String format(LogRecord line) {
        String text = HEADER.matcher(super.format(line)).replaceAll("$1***");
        return KEY.matcher(text).replaceAll("$1***");
    }
}
