package dev.keymesh.gateway.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The check of an embedded file before it is served: that it is not cut off, and that its pages hang together. In a large
 * file the table of calls, which no decision reads, is left to a backup's check: it would take seconds.
 */
final class Soundness {
    private static final long LARGE = 64L << 20;
    private static final int PAGE_SIZE_AT = 16;
    private static final int PAGE_COUNT_AT = 28;

    private Soundness() {}

    /** Refuses a damaged file; one that does not exist yet is sound. */
    static void check(Path file, Connection connection) throws SQLException {
        try {
            if (!Files.exists(file) || Files.size(file) == 0) {
                return;
            }
            refuseTruncated(file);
            for (String part : Files.size(file) > LARGE ? smallTables(connection) : List.of("1")) {
                try (var statement = connection.createStatement();
                        var rows = statement.executeQuery("PRAGMA quick_check(" + part + ")")) {
                    if (rows.next() && !rows.getString(1).equals("ok")) {
                        throw damaged(file, rows.getString(1));
                    }
                }
            }
        } catch (IOException e) {
            throw new StoreException("The database " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** While there is a log, the file may be shorter than it says: the rest is in the log. */
    private static void refuseTruncated(Path file) throws IOException {
        Path log = file.resolveSibling(file.getFileName() + "-wal");
        if (Files.exists(log) && Files.size(log) > 0) {
            return;
        }
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
            open.seek(PAGE_SIZE_AT);
            int size = open.readUnsignedShort();
            open.seek(PAGE_COUNT_AT);
            long pages = open.readInt() & 0xFFFF_FFFFL;
            long says = pages * (size == 1 ? 65_536 : size);
            if (says > open.length()) {
                throw damaged(file, "it is cut off at " + open.length() + " of " + says + " bytes");
            }
        }
    }

    private static List<String> smallTables(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT name FROM sqlite_schema WHERE type = 'table'"
                        + " AND name NOT IN ('call', 'event', 'usage_day') AND name NOT LIKE 'sqlite%'")) {
            while (rows.next()) {
                names.add("'" + rows.getString(1) + "'");
            }
        }
        return names;
    }

    private static StoreException damaged(Path file, String how) {
        return new StoreException(damage(file, how));
    }

    static String damage(Path file, String how) {
        return "The database " + file + " is damaged and is not served: " + how
                + ". Put a backup in its place with 'keymesh restore FILE --force', which keeps the damaged one beside.";
    }
}
