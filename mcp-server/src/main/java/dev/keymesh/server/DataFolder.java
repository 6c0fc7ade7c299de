package dev.keymesh.server;

import dev.keymesh.gateway.store.PrivateFile;
import dev.keymesh.gateway.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A data folder and the lock that makes its owner the only one; a dead owner's lock is free. */
public final class DataFolder implements AutoCloseable {
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
        try {
            Files.createDirectories(folder);
            FileChannel channel =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new StoreException("The data folder " + folder + " is in use by another Keymesh: " + owner(folder)
                        + ". Use that one, end it, or name another folder with --data.");
            }
            return new DataFolder(folder, channel, lock);
        } catch (IOException e) {
            throw new StoreException("The data folder " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static @org.jspecify.annotations.Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String owner(Path folder) {
        try {
            return Files.readString(folder.resolve("server.json")).strip();
        } catch (IOException e) {
            return "it is starting";
        }
    }

    /** Tells others where the owner listens. */
    public void announce(String address) {
        try {
            PrivateFile.write(
                    folder.resolve("server.json"),
                    "{\"address\":\"" + address + "\",\"pid\":"
                            + ProcessHandle.current().pid() + "}");
        } catch (IOException e) {
            throw new StoreException("The data folder " + folder + " cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(folder.resolve("server.json"));
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new StoreException("The data folder could not be given back: " + e.getMessage(), e);
        }
    }
}
