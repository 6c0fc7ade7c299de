package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.price.Usage;
import dev.keymesh.gateway.provider.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the results of a batch as a vendor writes them, a line each, for what each answer says that it used. */
public final class BatchResults {
    private static final JsonFactory JSON = new JsonFactory();

    private final Operation operation;
    private final ProviderKind kind;
    private final Each each;
    private long answered;

    private BatchResults(Operation operation, ProviderKind kind, Each each) {
        this.operation = operation;
        this.kind = kind;
        this.each = each;
    }

    /** Gets what each answer used, with the model as the answer names it. */
    public interface Each {
        void answered(String model, Usage usage);
    }

    /**
     * Reads a file of results.
     *
     * @param operation of the requests
     * @return how many were answered; -1 where a line cannot be read, or an answer does not say what it used
     * @throws IOException when the file cannot be read to its end now
     */
    public static long read(InputStream file, Operation operation, ProviderKind kind, Each each) throws IOException {
        BatchResults reader = new BatchResults(operation, kind, each);
        Lines lines = new Lines(file);
        try {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                if (line.length > 1 && !reader.line(line)) {
                    return -1;
                }
            }
        } catch (Unreadable | JsonProcessingException e) {
            return -1;
        }
        return reader.answered;
    }

    /** Whether it was an answer whose usage is told, or none. */
    private boolean line(byte[] line) throws IOException {
        boolean openai = operation.shape() == Shape.OPENAI;
        String holder = openai ? "response" : "result";
        Result result = new Result();
        try (JsonParser parser = JSON.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (parser.nextToken() == JsonToken.START_OBJECT && name.equals(holder)) {
                    result(parser, result, openai ? "body" : "message");
                } else {
                    parser.skipChildren();
                }
            }
        }
        boolean good = openai ? result.status > 0 && result.status < 400 : result.succeeded;
        return !good || (result.to > 0 && answer(Arrays.copyOfRange(line, result.from, result.to)));
    }

    private static void result(JsonParser parser, Result result, String body) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.START_OBJECT && name.equals(body)) {
                result.from = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                result.to = (int) parser.currentLocation().getByteOffset();
            } else if (value == JsonToken.VALUE_NUMBER_INT && name.equals("status_code")) {
                result.status = parser.getTextLength() <= 9 ? parser.getIntValue() : 0;
            } else if (value == JsonToken.VALUE_STRING && name.equals("type")) {
                result.succeeded = parser.getText().equals("succeeded");
            } else {
                parser.skipChildren();
            }
        }
    }

    private boolean answer(byte[] body) throws IOException {
        Meter meter = Meter.of(operation, kind, false, false);
        meter.feed(ByteBuffer.wrap(body));
        Usage usage = meter.usage();
        if (usage == null) {
            // OpenAI moderates for nothing, and tells of no tokens.
            answered += operation == Operation.MODERATIONS ? 1 : 0;
            return operation == Operation.MODERATIONS;
        }
        answered++;
        String model = model(body);
        each.answered(model == null ? "" : model, usage);
        return true;
    }

    private static @Nullable String model(byte[] body) throws IOException {
        try (JsonParser parser = JSON.createParser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean named = parser.currentName().equals("model");
                if (parser.nextToken() == JsonToken.VALUE_STRING && named) {
                    return parser.getText();
                }
                parser.skipChildren();
            }
        }
        return null;
    }

    /** Where the answer stands in a line, and whether it is one. */
    private static final class Result {
        private int status;
        private boolean succeeded;
        private int from;
        private int to;
    }
}
