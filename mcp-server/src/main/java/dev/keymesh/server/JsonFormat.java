package dev.keymesh.server;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines of a log that are JSON, one object each: {@code time}, {@code level}, {@code logger}, {@code message}, where the
 * message names a request its {@code requestId}, and where there is one an {@code error} with its stack trace. What looks
 * like a credential is blacked out as in {@link ScrubbedFormat}.
 */
final class JsonFormat extends Formatter {
    private static final Pattern REQUEST = Pattern.compile("\\breq_[0-9A-Za-z]+");

    private final ScrubbedFormat text = new ScrubbedFormat();

    @Override
    public String format(LogRecord line) {
        String message = ScrubbedFormat.scrub(text.formatMessage(line));
        StringBuilder json = new StringBuilder(256).append('{');
        add(json, "time", line.getInstant().toString());
        add(json, "level", level(line.getLevel()));
        add(json, "logger", String.valueOf(line.getLoggerName()));
        add(json, "message", message);
        Matcher request = REQUEST.matcher(message);
        if (request.find()) {
            add(json, "requestId", request.group());
        }
        if (line.getThrown() != null) {
            add(json, "error", ScrubbedFormat.scrub(trace(line.getThrown())));
        }
        return json.append("}\n").toString();
    }

    private static String level(Level level) {
        int value = level.intValue();
        return value >= Level.SEVERE.intValue()
                ? "ERROR"
                : value >= Level.WARNING.intValue()
                        ? "WARN"
                        : value >= Level.INFO.intValue() ? "INFO" : value >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
    }

    private static String trace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return trace.toString().strip();
    }

    private static void add(StringBuilder json, String name, String value) {
        json.append(json.length() == 1 ? "" : ",").append('"').append(name).append("\":\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c == '\n') {
                json.append("\\n");
            } else if (c < ' '
                    || Character.isSurrogate(c)
                    || Character.getType(c) == Character.CONTROL
                    || c == '\u2028'
                    || c == '\u2029') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
