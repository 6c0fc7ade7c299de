package dev.keymesh.server;

import dev.keymesh.gateway.store.PrivateFile;
import dev.keymesh.gateway.store.StoreException;
import dev.keymesh.server.mcp.JsonText;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A data folder and the lock that makes its owner the only one; a dead owner's lock is free. */
public final class DataFolder implements AutoCloseable {
    private static final String ANNOUNCEMENT = "server.json";

    private final Path folder;
    private final FileChannel channel;
    private final FileLock lock;

    private DataFolder(Path folder, FileChannel channel, FileLock lock) {
        this.folder = folder;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes the folder.
     *
     * @throws StoreException that names the owner and its address when there is one
     */
    public static DataFolder own(Path folder) {
        return take(folder)
                .orElseThrow(() -> new StoreException("The data folder " + folder + " is in use by another Keymesh: "
                        + said(folder) + ". Use that one, end it, or name another folder with --data."));
    }

    /** Takes the folder where nobody has it. */
    public static Optional<DataFolder> take(Path folder) {
        try {
            FileChannel channel = channel(folder);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                return Optional.empty();
            }
            return Optional.of(owned(folder, channel, lock));
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    /** Takes the folder as soon as nobody has it; blocks until then. */
    public static DataFolder await(Path folder) throws InterruptedException {
        while (true) {
            try {
                FileChannel channel = channel(folder);
                return owned(folder, channel, channel.lock());
            } catch (OverlappingFileLockException e) {
                // The owner is in this process, where the system's lock cannot be waited for.
                Thread.sleep(100);
            } catch (IOException e) {
                throw unusable(folder, e);
            }
        }
    }

    /** Where the living owner listens, if it has said so. */
    public static Optional<String> owner(Path folder) {
        try {
            JsonObject said = JsonText.object(Files.readString(folder.resolve(ANNOUNCEMENT)));
            boolean lives = ProcessHandle.of(said.getInt("pid")).isPresent();
            return lives ? Optional.of(said.getString("address")) : Optional.empty();
        } catch (IOException | JsonException | NullPointerException | ClassCastException e) {
            return Optional.empty();
        }
    }

    private static FileChannel channel(Path folder) throws IOException {
        Files.createDirectories(folder);
        return FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** What a dead owner announced must not be believed: its address may be another program's by now. */
    private static DataFolder owned(Path folder, FileChannel channel, FileLock lock) throws IOException {
        Files.deleteIfExists(folder.resolve(ANNOUNCEMENT));
        return new DataFolder(folder, channel, lock);
    }

    private static StoreException unusable(Path folder, IOException e) {
        return new StoreException("The data folder " + folder + " cannot be used: " + e.getMessage(), e);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String said(Path folder) {
        try {
            return Files.readString(folder.resolve(ANNOUNCEMENT)).strip();
        } catch (IOException e) {
            return "it is starting";
        }
    }

    /** Tells others where the owner listens. */
    public void announce(String address) {
        try {
            PrivateFile.write(
                    folder.resolve(ANNOUNCEMENT),
                    "{\"address\":\"" + address + "\",\"pid\":"
                            + ProcessHandle.current().pid() + "}");
        } catch (IOException e) {
            throw new StoreException("The data folder " + folder + " cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(folder.resolve(ANNOUNCEMENT));
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new StoreException("The data folder could not be given back: " + e.getMessage(), e);
        }
    }
}
