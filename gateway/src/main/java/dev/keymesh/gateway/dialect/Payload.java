package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The bytes of a request: in memory while they are few, in a file otherwise. Never changed, only edited into another. */
public interface Payload extends Closeable {
    /** Up to this many bytes are kept in memory. */
    int MAX_IN_MEMORY = 1024 * 1024;

    int length();

    /** The byte at an offset from 0 to {@code length() - 1}. */
    byte at(int offset);

    /** From the first byte to the last; each call starts anew. */
    InputStream stream();

    JsonParser parser(JsonFactory json) throws IOException;

    /** These bytes, with the edits made; in their order, and none overlaps another. */
    Payload edited(List<Edit> edits);

    /** Gives up what it occupies; what still reads it fails. */
    @Override
    void close();

    /** Bytes in memory. */
    static Payload of(byte[] bytes) {
        return new InMemory(bytes);
    }

    /** The text to write in the place of the bytes {@code from} to {@code to}; US-ASCII. */
    record Edit(int from, int to, String text) {}
}
