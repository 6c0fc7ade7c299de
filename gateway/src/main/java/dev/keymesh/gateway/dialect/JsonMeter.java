package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Meters a JSON body of any size without keeping it. */
final class JsonMeter implements Meter {
    private static final JsonFactory JSON = new JsonFactory();

    private final Counts counts;
    private final AnswerReader reader;
    private @Nullable JsonParser parser;
    private boolean broken;
    private long bytes;

    JsonMeter(Shape shape) {
        counts = new Counts(shape);
        reader = new AnswerReader(counts);
    }

    @Override
    public void feed(ByteBuffer chunk) {
        bytes += chunk.remaining();
        if (broken || !chunk.hasRemaining()) {
            return;
        }
        byte[] copy = new byte[chunk.remaining()];
        chunk.get(chunk.position(), copy);
        try {
            JsonParser open = parser;
            if (open == null) {
                open = JSON.createNonBlockingByteArrayParser();
                parser = open;
            }
            ((ByteArrayFeeder) open.getNonBlockingInputFeeder()).feedInput(copy, 0, copy.length);
            for (JsonToken token = open.nextToken();
                    token != null && token != JsonToken.NOT_AVAILABLE;
                    token = open.nextToken()) {
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
    public boolean finished() {
        return !broken && reader.ended();
    }
}
