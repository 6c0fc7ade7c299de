package dev.keymesh.gateway.dialect.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes objects and events. */
final class DemoJson {
    private static final JsonFactory JSON = new JsonFactory();
    static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private DemoJson() {}

    interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    static byte[] object(Members members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** One event of a stream; a type is also its name. */
    static byte[] event(@Nullable String type, Members members) {
        byte[] data = object(json -> {
            if (type != null) {
                json.writeStringField("type", type);
            }
            members.write(json);
        });
        String name = type == null ? "" : "event: " + type + "\n";
        return (name + "data: " + new String(data, StandardCharsets.UTF_8) + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The usage in OpenAI's older shape. */
    static void usage(JsonGenerator json, DemoModel demo) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("prompt_tokens", demo.inputTokens());
        json.writeNumberField("completion_tokens", demo.outputTokens());
        json.writeNumberField("total_tokens", demo.inputTokens() + demo.outputTokens());
        json.writeEndObject();
    }
}
