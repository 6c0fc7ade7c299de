package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of requests for a batch of OpenAI's, line by line and strictly: what two readers could take apart differently
 * is refused, for what was checked is what the vendor runs. All lines are of one operation and one model, as it demands.
 */
public final class BatchLines {
    /** What may be in a batch: answers of text, whose tokens are told. */
    private static final Map<String, Operation> URLS = Map.of(
            "/v1/chat/completions", Operation.CHAT_COMPLETIONS,
            "/v1/responses", Operation.RESPONSES,
            "/v1/completions", Operation.COMPLETIONS,
            "/v1/embeddings", Operation.EMBEDDINGS,
            "/v1/moderations", Operation.MODERATIONS);

    private static final MemberNames MEMBERS = new MemberNames("custom_id", "method", "url", "body");
    private static final int MOST = 50_000;
    static final int LONGEST_ID = 512;

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(70)
                    .maxNumberLength(100)
                    .maxNameLength(10_000)
                    .build())
            .build();

    private final EachRequest each;
    private @Nullable Operation operation;
    private @Nullable String model;

    private BatchLines(EachRequest each) {
        this.each = each;
    }

    /** Gets each request that was read, and the body that its facts are of. */
    public interface EachRequest {
        void accept(int number, Facts facts, Payload body);
    }

    /** Which operation the requests of a batch may name so; null is none. */
    public static @Nullable Operation operation(String url) {
        return URLS.get(url);
    }

    /** Those that a request of a batch may have, for a sentence. */
    static String urls() {
        return "one of " + String.join(", ", URLS.keySet().stream().sorted().toList());
    }

    /** Null, or why the file cannot be one for a batch, and where. */
    public static @Nullable Refusal read(InputStream file, EachRequest each) throws IOException {
        Lines lines = new Lines(file);
        BatchLines reader = new BatchLines(each);
        int requests = 0;
        try {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                byte[] text = withoutReturn(line);
                if (text.length > 0) {
                    requests++;
                    reader.line(lines.number(), text);
                }
            }
            if (requests == 0) {
                throw new Unreadable("", "The file has no line. Write one JSON object a line.");
            }
            return null;
        } catch (Unreadable e) {
            return Refusal.invalid("file", e.text);
        }
    }

    private void line(int number, byte[] line) throws IOException {
        if (number > MOST) {
            throw new Unreadable("", "The file has more than " + MOST + " lines. Send it in parts.");
        }
        try {
            request(number, line);
        } catch (Unreadable e) {
            throw new Unreadable("", "Line " + number + " of the file: " + e.text);
        } catch (JsonProcessingException e) {
            throw new Unreadable(
                    "",
                    "Line " + number + " of the file is not one valid JSON object that names each" + " member once.");
        }
    }

    private static byte[] withoutReturn(byte[] line) {
        return line.length > 0 && line[line.length - 1] == '\r' ? Arrays.copyOf(line, line.length - 1) : line;
    }

    private void request(int number, byte[] line) throws IOException {
        oneLineForAll(line);
        Operation named = null;
        Payload body = null;
        boolean id = false;
        boolean post = false;
        try (JsonParser parser = JSON.createParser(line)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (!MEMBERS.has(name, "")) {
                    throw new Unreadable(name, "It has a member besides 'custom_id', 'method', 'url' and 'body'.");
                }
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "custom_id" -> id = isId(parser, value);
                    case "method" ->
                        post = value == JsonToken.VALUE_STRING
                                && parser.getText().equals("POST");
                    case "url" -> named = value == JsonToken.VALUE_STRING ? URLS.get(parser.getText()) : null;
                    default -> body = object(parser, value, line);
                }
            }
            if (parser.nextToken() != null) {
                throw new Unreadable("", "There is text after its JSON object.");
            }
        }
        if (!id) {
            throw new Unreadable("custom_id", "'custom_id' must be a text of 1 to " + LONGEST_ID + " characters.");
        }
        if (!post) {
            throw new Unreadable("method", "'method' must be \"POST\".");
        }
        if (body == null) {
            throw new Unreadable("body", "'body' is missing.");
        }
        each.accept(number, alike(named, body), body);
    }

    static boolean isId(JsonParser parser, JsonToken value) throws IOException {
        return value == JsonToken.VALUE_STRING && parser.getTextLength() > 0 && parser.getTextLength() <= LONGEST_ID;
    }

    private Facts alike(@Nullable Operation named, Payload body) {
        if (named == null) {
            throw new Unreadable("url", "'url' must be " + urls() + ".");
        }
        Facts facts = facts(named, body);
        if (operation != null && operation != named) {
            throw new Unreadable("url", "It has another 'url' than the lines before it. A batch has one.");
        }
        if (model != null && !model.equals(facts.model())) {
            throw new Unreadable("model", "It has another model than the lines before it. A batch has one.");
        }
        operation = named;
        model = facts.model();
        return facts;
    }

    /** Those of one request of a batch, which nothing is written into. */
    static Facts facts(Operation of, Payload body) {
        return switch (FactsReader.read(of, body)) {
            case Refusal refusal ->
                throw new Unreadable(refusal.param() == null ? "" : refusal.param(), refusal.message());
            case Facts facts -> {
                if (facts.modelToSet()) {
                    throw new Unreadable("model", "'model' is missing. Name the model to call.");
                }
                yield facts;
            }
        };
    }

    private static Payload object(JsonParser parser, JsonToken value, byte[] line) throws IOException {
        if (value != JsonToken.START_OBJECT) {
            throw new Unreadable("body", "'body' must be an object.");
        }
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        return Payload.of(
                Arrays.copyOfRange(line, from, (int) parser.currentLocation().getByteOffset()));
    }

    /** Not UTF-16, no mark before it, and no other character that some readers end a line with. */
    private static void oneLineForAll(byte[] line) {
        if (line[0] != '{' || (line.length > 1 && line[1] == 0)) {
            throw new Unreadable("", "It does not start with '{'. Write one JSON object a line, in UTF-8.");
        }
        for (int i = 0; i < line.length; i++) {
            int b = line[i] & 0xff;
            int next = i + 1 < line.length ? line[i + 1] & 0xff : 0;
            int third = i + 2 < line.length ? line[i + 2] & 0xff : 0;
            boolean ends = b == '\r'
                    || (b == 0xc2 && next == 0x85)
                    || (b == 0xe2 && next == 0x80 && (third == 0xa8 || third == 0xa9));
            if (ends) {
                throw new Unreadable(
                        "",
                        "It holds a carriage return, or the character U+0085, U+2028 or U+2029, which"
                                + " some readers end a line with. Write it as an escape, such as \\u2028.");
            }
        }
    }
}
