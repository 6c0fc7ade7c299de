package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.price.Usage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Meters a JSON body: a small one is read once, at its end; a large one is read as it passes and not kept. */
final class JsonMeter implements Meter {
    private static final JsonFactory JSON = new JsonFactory();

    private static final int SMALL = 64 * 1024;

    private final Counts counts;
    private final AnswerReader reader;
    private @Nullable JsonParser parser;
    private boolean broken;
    private long bytes;
    private final Bytes small = new Bytes(2_048);

    JsonMeter(Operation operation, ProviderKind kind) {
        counts = new Counts(operation, kind);
        reader = new AnswerReader(counts);
    }

    @Override
    public void feed(ByteBuffer chunk) {
        int more = chunk.remaining();
        bytes += more;
        if (more == 0) {
            return;
        }
        if (parser == null && small.length + more <= SMALL) {
            small.append(chunk, chunk.position(), chunk.limit());
            return;
        }
        byte[] copy = new byte[more];
        chunk.get(chunk.position(), copy);
        incrementally(copy, more);
    }

    private void incrementally(byte[] copy, int count) {
        try {
            if (parser == null) {
                parser = JSON.createNonBlockingByteArrayParser();
                byte[] before = Arrays.copyOf(small.array, small.length);
                small.length = 0;
                parse(parser, before, before.length);
            }
            parse(parser, copy, count);
        } catch (IOException e) {
            broken = true;
        }
    }

    private void parse(JsonParser open, byte[] part, int count) throws IOException {
        if (broken || count == 0) {
            return;
        }
        ((ByteArrayFeeder) open.getNonBlockingInputFeeder()).feedInput(part, 0, count);
        for (JsonToken token = open.nextToken();
                token != null && token != JsonToken.NOT_AVAILABLE;
                token = open.nextToken()) {
            reader.accept(token, open);
        }
    }

    /** Reads what was kept, once. */
    private void readSmall() {
        if (small.length == 0) {
            return;
        }
        int count = small.length;
        small.length = 0;
        try (JsonParser open = JSON.createParser(small.array, 0, count)) {
            for (JsonToken token = open.nextToken(); token != null; token = open.nextToken()) {
                reader.accept(token, open);
            }
        } catch (IOException e) {
            broken = true;
        }
    }

    @Override
    public @Nullable Usage usage() {
        return finished() ? counts.usage() : null;
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
        return bytes;
    }

    @Override
    public AnswerNames names() {
        return reader.names();
    }

    @Override
    public boolean finished() {
        readSmall();
        return !broken && reader.ended();
    }
}
