package dev.keymesh.gateway.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes what was committed durable. */
interface Flush extends Closeable {
    void run() throws IOException;

    /** For a database that does it in its commit, or need not. */
    static Flush none() {
        return new Flush() {
            @Override
            public void run() {}

            @Override
            public void close() {}
        };
    }

    /**
     * One fdatasync of SQLite's write-ahead log. SQLite itself would call fsync, which also writes the file's times and
     * took twice as long here; its order of writes is that of synchronous=NORMAL, which never corrupts.
     */
    static Flush of(Path log) throws IOException {
        FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE);
        return new Flush() {
            @Override
            public void run() throws IOException {
                channel.force(false);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
