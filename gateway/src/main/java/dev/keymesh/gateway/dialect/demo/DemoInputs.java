package dev.keymesh.gateway.dialect.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.keymesh.gateway.dialect.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** What the demo says of inputs that it only looks at: vectors that mean nothing, and that nothing is wrong. */
final class DemoInputs {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int DIMENSIONS = 8;

    private DemoInputs() {}

    static void embeddings(JsonGenerator json, DemoModel demo, Payload body) throws IOException {
        boolean base64 = wantsBase64(body);
        json.writeStringField("object", "list");
        json.writeArrayFieldStart("data");
        for (int i = 0; i < demo.facts().messages(); i++) {
            json.writeStartObject();
            json.writeStringField("object", "embedding");
            json.writeNumberField("index", i);
            json.writeFieldName("embedding");
            vector(json, i, base64);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField("model", demo.facts().model());
        json.writeObjectFieldStart("usage");
        json.writeNumberField("prompt_tokens", demo.inputTokens());
        json.writeNumberField("total_tokens", demo.inputTokens());
        json.writeEndObject();
    }

    /** A vector of length 1 along one axis. */
    private static void vector(JsonGenerator json, int axis, boolean base64) throws IOException {
        ByteBuffer floats = ByteBuffer.allocate(4 * DIMENSIONS).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < DIMENSIONS; i++) {
            floats.putFloat(i == axis % DIMENSIONS ? 1 : 0);
        }
        if (base64) {
            json.writeString(Base64.getEncoder().encodeToString(floats.array()));
            return;
        }
        json.writeStartArray();
        for (int i = 0; i < DIMENSIONS; i++) {
            json.writeNumber(floats.getFloat(4 * i));
        }
        json.writeEndArray();
    }

    private static boolean wantsBase64(Payload body) throws IOException {
        try (JsonParser json = body.parser(JSON)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean format = json.currentName().equals("encoding_format");
                JsonToken value = json.nextToken();
                if (format) {
                    return value == JsonToken.VALUE_STRING && json.getText().equals("base64");
                }
                json.skipChildren();
            }
        }
        return false;
    }

    static void moderations(JsonGenerator json, DemoModel demo) throws IOException {
        json.writeStringField("id", "modr-demo");
        json.writeStringField("model", demo.facts().model());
        json.writeArrayFieldStart("results");
        for (int i = 0; i < demo.facts().messages(); i++) {
            json.writeStartObject();
            json.writeBooleanField("flagged", false);
            for (String of : new String[] {"categories", "category_scores", "category_applied_input_types"}) {
                json.writeObjectFieldStart(of);
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
