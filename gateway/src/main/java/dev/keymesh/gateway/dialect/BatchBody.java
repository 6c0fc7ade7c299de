package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;

/** The body that makes a batch of a file of OpenAI's. */
public final class BatchBody {
    private static final MemberNames MEMBERS = new MemberNames("input_file_id", "endpoint");
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private BatchBody() {}

    /** What it says, or why it cannot be one. */
    public sealed interface Read {
        /**
         * It is one.
         *
         * @param operation that it names as its endpoint
         */
        record Body(String file, Operation operation) implements Read {}

        record No(Refusal refusal) implements Read {}
    }

    /** Reads it strictly: what was checked is what is sent. */
    public static Read read(Payload body) {
        if (!FactsReader.startsAsObject(body)) {
            return new Read.No(
                    Refusal.invalid(null, "The body is not a JSON object in UTF-8. Send one that starts with '{'."));
        }
        try (JsonParser parser = body.parser(JSON)) {
            return members(parser);
        } catch (Unreadable e) {
            return new Read.No(Refusal.invalid(e.param, e.text));
        } catch (IOException e) {
            return new Read.No(Refusal.invalid(
                    null, "The body is not valid JSON, or names a member twice. Send one object and nothing else."));
        }
    }

    private static Read members(JsonParser parser) throws IOException {
        String file = "";
        Operation operation = null;
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            boolean known = MEMBERS.has(name, "");
            JsonToken value = parser.nextToken();
            if (!known) {
                parser.skipChildren();
            } else if (value != JsonToken.VALUE_STRING) {
                throw new Unreadable(name, "'" + name + "' must be a string.");
            } else if (name.equals("endpoint")) {
                operation = BatchLines.operation(parser.getText());
            } else {
                file = parser.getText();
            }
        }
        if (parser.nextToken() != null) {
            throw new Unreadable("", "There is text after the JSON object. Send one object and nothing else.");
        }
        if (file.isEmpty() || file.length() > 128) {
            throw new Unreadable(
                    "input_file_id", "'input_file_id' is missing. Name a file that was sent with the purpose 'batch'.");
        }
        if (operation == null) {
            throw new Unreadable("endpoint", "'endpoint' must be " + BatchLines.urls() + ".");
        }
        return new Read.Body(file, operation);
    }
}
