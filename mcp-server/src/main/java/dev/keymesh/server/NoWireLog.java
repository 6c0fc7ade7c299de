package dev.keymesh.server;

import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Lets nothing of Jetty below INFO into the log, whatever levels are set: there it writes requests byte by byte, and a
 * credential that is cut into pieces is past recognition. Named in {@code logging.properties}.
 */
public final class NoWireLog implements Filter {
    @Override
    public boolean isLoggable(LogRecord line) {
        String logger = line.getLoggerName();
        return line.getLevel().intValue() >= Level.INFO.intValue()
                || logger == null
                || !logger.startsWith("org.eclipse.jetty");
    }
}
