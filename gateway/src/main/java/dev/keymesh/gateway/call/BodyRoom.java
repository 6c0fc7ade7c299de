package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.InFile;
import dev.keymesh.gateway.metric.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** How much the bodies of all calls that run may occupy together, in memory and in files. */
final class BodyRoom {
    private static final long MAX_IN_MEMORY = Runtime.getRuntime().maxMemory() / 4;
    private static final long MAX_IN_FILES = 4L * 1024 * 1024 * 1024;

    private final Path folder;
    private final AtomicLong memory = new AtomicLong();
    private final AtomicLong files = new AtomicLong();

    /** Files are made in the folder, and have no name there. */
    BodyRoom(Path folder) {
        this.folder = folder;
    }

    void read(Metric.Values to) {
        to.count(memory.get(), "memory");
        to.count(files.get(), "file");
    }

    InFile file() throws IOException {
        return InFile.in(folder);
    }

    /** What one body occupies; given back when its exchange ends. */
    final class Share {
        private long inMemory;
        private long inFile;

        /** Whether there is room for so many bytes more. */
        boolean takesInMemory(int bytes) {
            inMemory += bytes;
            return memory.addAndGet(bytes) <= MAX_IN_MEMORY;
        }

        boolean takesInFile(int bytes) {
            inFile += bytes;
            return files.addAndGet(bytes) <= MAX_IN_FILES;
        }

        void giveBack() {
            memory.addAndGet(-inMemory);
            files.addAndGet(-inFile);
            inMemory = 0;
            inFile = 0;
        }
    }
}
