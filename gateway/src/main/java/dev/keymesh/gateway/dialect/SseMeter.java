package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Meters a stream of server-sent events (HTML Living Standard, section 9.2), however it is sliced: each event's data is
 * read once.
 */
final class SseMeter implements Meter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private final boolean strip;
    private final Counts counts;
    private final AnswerReader reader;
    private byte[] data = new byte[512];
    private int dataLength;
    /** Position in the line; data lines are recognised by their first five bytes. */
    private int column;

    private boolean dataLine;
    private boolean afterReturn;
    private long outputBytes;
    private boolean finished;
    /** The bytes of the event that is not complete yet; only kept when it may have to be taken out. */
    private byte[] event = new byte[0];

    private int eventLength;
    private byte[] relayed = new byte[0];
    private int relayedLength;

    SseMeter(Shape shape, boolean strip) {
        this.strip = strip;
        counts = new Counts(shape);
        reader = new AnswerReader(counts);
    }

    @Override
    public void feed(ByteBuffer chunk) {
        for (int i = chunk.position(); i < chunk.limit(); i++) {
            next(chunk.get(i));
        }
    }

    @Override
    public List<ByteBuffer> relay(ByteBuffer chunk, boolean last) {
        feed(chunk);
        if (!strip) {
            return List.of(chunk);
        }
        if (last) {
            pass();
        }
        ByteBuffer out = ByteBuffer.wrap(Arrays.copyOf(relayed, relayedLength));
        relayedLength = 0;
        return out.hasRemaining() ? List.of(out) : List.of();
    }

    private void next(byte b) {
        if (strip) {
            event = append(event, eventLength++, b);
        }
        if (b == '\n' && afterReturn) {
            afterReturn = false;
            return;
        }
        afterReturn = b == '\r';
        if (b == '\n' || b == '\r') {
            endOfLine();
            return;
        }
        if (column < DATA.length) {
            dataLine = (column == 0 || dataLine) && b == DATA[column];
        } else if (dataLine && !(column == DATA.length && b == ' ')) {
            data = append(data, dataLength++, b);
        }
        column++;
    }

    private void endOfLine() {
        if (column == 0) {
            dispatch();
        } else if (dataLine && column >= DATA.length) {
            data = append(data, dataLength++, (byte) '\n');
        }
        column = 0;
        dataLine = false;
    }

    private void dispatch() {
        boolean drop = false;
        if (dataLength > 0) {
            drop = read(dataLength - 1) && strip;
            dataLength = 0;
        }
        if (drop) {
            eventLength = 0;
        } else {
            pass();
        }
    }

    private void pass() {
        for (int i = 0; i < eventLength; i++) {
            relayed = append(relayed, relayedLength++, event[i]);
        }
        eventLength = 0;
    }

    /** Whether the event carries nothing but the usage. */
    private boolean read(int length) {
        if (Arrays.equals(data, 0, length, DONE, 0, DONE.length)) {
            finished = true;
            return false;
        }
        reader.reset();
        try (JsonParser parser = JSON.createParser(data, 0, length)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                reader.accept(token, parser);
            }
        } catch (IOException e) {
            outputBytes += length;
            return false;
        }
        outputBytes += reader.textBytes();
        finished |= "message_stop".equals(reader.type());
        return reader.usageOnly();
    }

    private static byte[] append(byte[] to, int at, byte b) {
        byte[] roomy = at < to.length ? to : Arrays.copyOf(to, Math.max(512, to.length * 2));
        roomy[at] = b;
        return roomy;
    }

    @Override
    public @Nullable Usage usage() {
        return finished ? counts.usage() : null;
    }

    @Override
    public long reportedInput() {
        return counts.input();
    }

    @Override
    public long reportedOutput() {
        return counts.output();
    }

    @Override
    public long outputBytes() {
        return outputBytes;
    }

    @Override
    public boolean finished() {
        return finished;
    }
}
