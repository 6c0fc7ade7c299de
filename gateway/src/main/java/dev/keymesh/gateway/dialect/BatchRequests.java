package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the body that makes a batch of Anthropic's: its requests one after the other, each as strictly as one alone. */
public final class BatchRequests {
    private static final MemberNames BODY = new MemberNames("requests");
    private static final MemberNames REQUEST = new MemberNames("custom_id", "params");
    private static final int MOST = 100_000;

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(70)
                    .maxNumberLength(100)
                    .maxNameLength(10_000)
                    .maxStringLength(Lines.LONGEST)
                    .build())
            .build();

    private final BatchLines.EachRequest each;
    private int number;

    private BatchRequests(BatchLines.EachRequest each) {
        this.each = each;
    }

    /** Null, or why the body cannot be one, and where. */
    public static @Nullable Refusal read(Payload body, BatchLines.EachRequest each) throws IOException {
        if (!FactsReader.startsAsObject(body)) {
            return Refusal.invalid(null, "The body is not a JSON object in UTF-8. Send one that starts with '{'.");
        }
        BatchRequests reader = new BatchRequests(each);
        try (JsonParser parser = body.parser(JSON)) {
            reader.body(parser);
            return null;
        } catch (Unreadable e) {
            return Refusal.invalid(e.param, e.text);
        } catch (JsonProcessingException e) {
            return Refusal.invalid(
                    null,
                    "The body is not valid JSON, after " + reader.number
                            + " requests. Each member is named once, and nothing follows the object.");
        }
    }

    private void body(JsonParser parser) throws IOException {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean requests = BODY.has(parser.currentName(), "");
            JsonToken value = parser.nextToken();
            if (!requests) {
                parser.skipChildren();
            } else if (value != JsonToken.START_ARRAY) {
                throw new Unreadable("requests", "'requests' must be a list of objects.");
            } else {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    request(parser);
                }
            }
        }
        if (parser.nextToken() != null) {
            throw new Unreadable("", "There is text after the JSON object. Send one object and nothing else.");
        }
        if (number == 0) {
            throw new Unreadable("requests", "'requests' is missing or empty.");
        }
    }

    private void request(JsonParser parser) throws IOException {
        String path = "requests." + number;
        if (parser.currentToken() != JsonToken.START_OBJECT || number == MOST) {
            throw new Unreadable("requests", "'requests' must be a list of at most " + MOST + " objects.");
        }
        boolean id = false;
        Payload params = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (!REQUEST.has(name, path)) {
                throw new Unreadable(path, "'" + path + "' has a member besides 'custom_id' and 'params'.");
            }
            JsonToken value = parser.nextToken();
            if (name.equals("custom_id")) {
                id = BatchLines.isId(parser, value);
            } else {
                params = copy(parser, value, path);
            }
        }
        if (!id || params == null) {
            throw new Unreadable(
                    path,
                    "'" + path + "' must have a 'custom_id' of 1 to " + BatchLines.LONGEST_ID
                            + " characters, and 'params'.");
        }
        number++;
        try {
            each.accept(number, BatchLines.facts(Operation.MESSAGES, params), params);
        } catch (Unreadable e) {
            throw e.within(path + ".params");
        }
    }

    /** What it says, whatever blanks and escapes it is written with: at least as many bytes as the model reads. */
    private static Payload copy(JsonParser parser, JsonToken value, String path) throws IOException {
        if (value != JsonToken.START_OBJECT) {
            throw new Unreadable(path + ".params", "'" + path + ".params' must be an object.");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
        try (JsonGenerator copy = JSON.createGenerator(out)) {
            copy.copyCurrentStructure(parser);
        }
        if (out.size() > Lines.LONGEST) {
            throw new Unreadable(path, "'" + path + "' is longer than " + Lines.LONGEST + " bytes.");
        }
        return Payload.of(out.toByteArray());
    }
}
