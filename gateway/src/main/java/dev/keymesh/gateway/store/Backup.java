package dev.keymesh.gateway.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies of the embedded database: one file each, whole, for its owner's eyes only. A copy is one state of the database,
 * taken beside the owner, who goes on writing.
 */
public final class Backup {
    private Backup() {}

    /**
     * Writes a copy; the file is there when it is whole and was checked.
     *
     * @throws StoreException when the file exists, or the database cannot be copied
     */
    public static void write(Path database, Path file) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new StoreException("There is a file " + file + " already. Name another one.");
        }
        present(database);
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            copy(database, part);
            refuseDamaged(part);
            flush(part);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            flush(file.toAbsolutePath().resolveSibling(""));
        } catch (IOException | SQLException e) {
            throw new StoreException("The backup was not written: " + e.getMessage(), e);
        }
    }

    /**
     * Puts a copy in the place of a database that nobody uses: all that the file and its log hold.
     *
     * @param force keep a database that is there beside it, under the name that is returned, instead of refusing
     * @param check of the very file that is put in place; throws to refuse it
     * @return null where there was none
     */
    public static @Nullable Path restore(Path file, Path database, boolean force, String stamp, Consumer<Path> check) {
        present(file);
        boolean taken = Files.exists(database, LinkOption.NOFOLLOW_LINKS);
        if (taken && !force) {
            throw new StoreException(
                    "There is a database in " + database.toAbsolutePath().getParent()
                            + " already. Restore into an empty folder, or with --force, which keeps it beside.");
        }
        // Of the file too: the copy's indexes are built anew, so it would not show that the file's are damaged.
        refuseDamaged(file);
        Path next = sibling(database, ".restoring");
        Path aside = taken ? sibling(database, ".before-" + stamp) : null;
        try {
            try {
                copy(file, next);
                refuseDamaged(next);
                check.accept(next);
                flush(next);
                place(next, database, aside);
            } finally {
                Files.deleteIfExists(next);
            }
            return aside;
        } catch (IOException | SQLException e) {
            throw new StoreException("The backup was not restored: " + e.getMessage(), e);
        }
    }

    /** One state of a database and its log, which are only read, as one file. */
    private static void copy(Path database, Path file) throws IOException, SQLException {
        Files.deleteIfExists(file);
        // VACUUM INTO fills an empty file, so that its content is never readable by others.
        createPrivate(file);
        try (var connection = Database.sqlite(database, Durability.POWER).snapshot();
                var copy = connection.prepareStatement("VACUUM INTO ?")) {
            connection.rollback();
            connection.setAutoCommit(true);
            copy.setString(1, file.toString());
            copy.executeUpdate();
        }
    }

    private static void place(Path next, Path database, @Nullable Path aside) throws IOException {
        if (aside != null) {
            moveAside(database, aside);
        }
        // A log of another database would be played into this one.
        for (String log : new String[] {"-wal", "-shm"}) {
            Files.deleteIfExists(sibling(database, log));
        }
        Files.move(next, database, StandardCopyOption.ATOMIC_MOVE);
        flush(database.toAbsolutePath().resolveSibling(""));
    }

    /** With its log, which may hold what the file does not. */
    private static void moveAside(Path database, Path aside) throws IOException {
        Path log = sibling(database, "-wal");
        if (Files.exists(log)) {
            Files.move(log, sibling(aside, "-wal"));
        }
        Files.move(database, aside, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Reads every page and index. */
    public static void refuseDamaged(Path file) {
        try (var connection = Database.sqlite(file, Durability.POWER).snapshot();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("PRAGMA integrity_check(1)")) {
            String said = rows.next() ? rows.getString(1) : "nothing";
            if (!said.equals("ok")) {
                throw new StoreException(
                        "The database file " + file + " is damaged: " + said + ". Use another backup.");
            }
        } catch (SQLException e) {
            throw new StoreException("The file " + file + " is damaged or no database: " + e.getMessage(), e);
        }
    }

    private static void present(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new StoreException("There is no file " + file + ".");
        }
    }

    private static Path sibling(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private static void createPrivate(Path file) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static void flush(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
