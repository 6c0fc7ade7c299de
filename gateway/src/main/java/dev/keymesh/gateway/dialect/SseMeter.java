package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.price.Usage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Meters a stream of server-sent events (HTML Living Standard, section 9.2), however it is sliced: each event's data is
 * read once.
 */
final class SseMeter implements Meter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    /** The types of the events that end a stream. */
    private static final Set<String> ENDS = Set.of(
            "message_stop",
            "response.completed",
            "response.incomplete",
            "response.failed",
            "image_generation.completed",
            "image_edit.completed",
            "transcript.text.done",
            "speech.audio.done");

    private final boolean strip;
    private final Counts counts;
    private final AnswerReader reader;
    private final Bytes data = new Bytes(512);
    /** Position in the line; data lines are recognised by their first five bytes. */
    private int column;

    private boolean dataLine;
    private boolean afterReturn;
    private boolean betweenEvents = true;
    private long outputBytes;
    private long outputEvents;
    /** Of items that came whole: some providers send no deltas of them. */
    private long itemBytes;

    private long nextSequence;
    private boolean finished;
    /** The bytes of the event that is not complete yet; only kept when it may have to be taken out. */
    private final Bytes event;

    private Bytes relayed = new Bytes(0);

    SseMeter(Operation operation, ProviderKind kind, boolean strip) {
        this.strip = strip;
        event = new Bytes(strip ? 512 : 0);
        counts = new Counts(operation, kind);
        reader = new AnswerReader(counts);
    }

    @Override
    public void feed(ByteBuffer chunk) {
        int at = chunk.position();
        int limit = chunk.limit();
        while (at < limit) {
            int end = lineEnd(chunk, at, limit);
            if (end > at) {
                line(chunk, at, end);
            }
            if (end < limit) {
                byte terminator = chunk.get(end++);
                if (strip) {
                    event.append(chunk, at, end);
                }
                terminated(terminator);
            } else if (strip) {
                event.append(chunk, at, end);
            }
            at = end;
        }
    }

    private static int lineEnd(ByteBuffer chunk, int from, int limit) {
        int at = from;
        while (at < limit && chunk.get(at) != '\n' && chunk.get(at) != '\r') {
            at++;
        }
        return at;
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
        if (relayed.length == 0) {
            return List.of();
        }
        ByteBuffer out = ByteBuffer.wrap(relayed.array, 0, relayed.length);
        relayed = new Bytes(0);
        return List.of(out);
    }

    /** A part of a line, without its end. */
    private void line(ByteBuffer chunk, int from, int to) {
        afterReturn = false;
        betweenEvents = false;
        int at = from;
        while (at < to && column < DATA.length) {
            dataLine = (column == 0 || dataLine) && chunk.get(at) == DATA[column];
            at++;
            column++;
        }
        if (at < to && column == DATA.length) {
            at += chunk.get(at) == ' ' ? 1 : 0;
            column++;
        }
        if (dataLine && at < to) {
            data.append(chunk, at, to);
        }
    }

    private void terminated(byte by) {
        boolean secondOfPair = by == '\n' && afterReturn;
        afterReturn = by == '\r';
        if (secondOfPair) {
            return;
        }
        betweenEvents = column == 0;
        if (column == 0) {
            dispatch();
        } else if (dataLine && column >= DATA.length) {
            data.append((byte) '\n');
        }
        column = 0;
        dataLine = false;
    }

    private void dispatch() {
        boolean drop = false;
        if (data.length > 0) {
            drop = read(data.array, data.length - 1) && strip;
            data.length = 0;
        }
        if (drop) {
            event.length = 0;
        } else {
            pass();
        }
    }

    private void pass() {
        relayed.append(event);
        event.length = 0;
    }

    /** Whether the event carries nothing but the usage. */
    private boolean read(byte[] data, int length) {
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
        outputEvents += reader.textBytes() > 0 ? 1 : 0;
        String type = reader.type();
        if (type != null) {
            finished |= ENDS.contains(type);
            itemBytes += type.equals("response.output_item.done") ? reader.itemBytes() : 0;
            nextSequence = reader.sequence() + 1;
        }
        return reader.usageOnly();
    }

    @Override
    public boolean betweenEvents() {
        return strip || betweenEvents;
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
        return Math.max(outputBytes, itemBytes);
    }

    @Override
    public long outputEvents() {
        return outputEvents;
    }

    @Override
    public long nextSequence() {
        return nextSequence;
    }

    @Override
    public AnswerNames names() {
        return reader.names();
    }

    @Override
    public boolean finished() {
        return finished;
    }
}
