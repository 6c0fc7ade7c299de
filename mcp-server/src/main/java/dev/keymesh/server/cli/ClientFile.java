package dev.keymesh.server.cli;

import dev.keymesh.gateway.store.PrivateFile;
import dev.keymesh.gateway.store.StoreException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.UnaryOperator;

/** A client's file of settings; it and its backups hold secrets, so only their owner may read them (0600). */
record ClientFile(Path path) {
    /**
     * Changes its text and keeps the file as it was beside it, under a name that is not taken; says what was done.
     *
     * @throws StoreException where it cannot be read, changed or written; it is then as it was
     */
    String change(UnaryOperator<String> change) {
        try {
            if (!Files.exists(path)) {
                Files.createDirectories(path.toAbsolutePath().getParent());
                PrivateFile.write(path, change.apply("").stripTrailing());
                return path + " is written.";
            }
            // A link stays a link.
            Path file = path.toRealPath();
            String before = Files.readString(file);
            String after = change.apply(before);
            if (after.equals(before)) {
                return path + " says so already.";
            }
            Path backup = backUp(file, before);
            PrivateFile.write(file, after.stripTrailing());
            return path + " is written; as it was before, it is " + backup + ".";
        } catch (UnreadableSettings e) {
            throw new StoreException(path + " is left as it is: " + e.getMessage() + ".", e);
        } catch (CharacterCodingException e) {
            throw new StoreException(path + " is left as it is: it is no UTF-8 text.", e);
        } catch (IOException e) {
            throw new StoreException(path + " cannot be changed: " + e, e);
        }
    }

    private static Path backUp(Path file, String text) throws IOException {
        var ownersOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        for (int number = 1; ; number++) {
            try {
                Path backup = Files.createFile(file.resolveSibling(file.getFileName() + ".bak." + number), ownersOnly);
                Files.writeString(backup, text);
                return backup;
            } catch (FileAlreadyExistsException e) {
                // The next number.
            }
        }
    }
}
