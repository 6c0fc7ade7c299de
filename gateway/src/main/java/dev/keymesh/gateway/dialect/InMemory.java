package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A payload in memory. */
public final class InMemory implements Payload {
    private static final int ROOM_FOR_EDITS = 96;

    private final byte[] bytes;

    InMemory(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The bytes themselves. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes);
    }

    @Override
    public int length() {
        return bytes.length;
    }

    @Override
    public byte at(int offset) {
        return bytes[offset];
    }

    @Override
    public InputStream stream() {
        return new ByteArrayInputStream(bytes);
    }

    @Override
    public JsonParser parser(JsonFactory json) throws IOException {
        return json.createParser(bytes);
    }

    @Override
    public Payload edited(List<Edit> edits) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + ROOM_FOR_EDITS);
        int at = 0;
        for (Edit edit : edits) {
            out.write(bytes, at, edit.from() - at);
            out.writeBytes(edit.text().getBytes(StandardCharsets.US_ASCII));
            at = edit.to();
        }
        out.write(bytes, at, bytes.length - at);
        return new InMemory(out.toByteArray());
    }

    @Override
    public void close() {}
}
