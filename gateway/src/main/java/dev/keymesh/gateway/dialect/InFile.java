package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** A payload in a file that only its owner may read, and that has no name any more: whatever ends, it is gone. */
public final class InFile implements Payload {
    private final FileChannel file;
    private final List<Edit> edits;
    private int length;

    private InFile(FileChannel file, List<Edit> edits, int length) {
        this.file = file;
        this.edits = edits;
        this.length = length;
    }

    /** An empty one, to append to. */
    public static InFile in(Path folder) throws IOException {
        // POSIX: what is deleted on close is unlinked as soon as it is open.
        FileChannel file = FileChannel.open(
                folder.resolve("body-" + UUID.randomUUID()),
                Set.of(
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return new InFile(file, List.of(), 0);
    }

    public void append(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            length += file.write(bytes, length);
        }
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public byte at(int offset) {
        ByteBuffer one = ByteBuffer.allocate(1);
        try {
            file.read(one, offset);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return one.get(0);
    }

    @Override
    public InputStream stream() {
        List<InputStream> parts = new ArrayList<>();
        int at = 0;
        int end = length;
        for (Edit edit : edits) {
            parts.add(new Range(at, edit.from()));
            parts.add(new ByteArrayInputStream(edit.text().getBytes(StandardCharsets.US_ASCII)));
            at = edit.to();
            end += edit.to() - edit.from() - edit.text().length();
        }
        parts.add(new Range(at, end));
        return new SequenceInputStream(Collections.enumeration(parts));
    }

    @Override
    public JsonParser parser(JsonFactory json) throws IOException {
        return json.createParser(stream());
    }

    @Override
    public Payload edited(List<Edit> made) {
        int after = length;
        for (Edit edit : made) {
            after += edit.text().length() - (edit.to() - edit.from());
        }
        return new InFile(file, List.copyOf(made), after);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A part of the file; it has a position of its own. */
    private final class Range extends InputStream {
        private int at;
        private final int to;

        Range(int from, int to) {
            at = from;
            this.to = to;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int count) throws IOException {
            if (at >= to) {
                return -1;
            }
            int read = file.read(ByteBuffer.wrap(into, offset, Math.min(count, to - at)), at);
            at += Math.max(read, 0);
            return read;
        }
    }
}
