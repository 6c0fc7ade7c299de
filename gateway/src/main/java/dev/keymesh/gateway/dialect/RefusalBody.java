package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.keymesh.gateway.provider.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Gives a refusal its shape: the one place where a refusal of the model path becomes bytes. */
public final class RefusalBody {
    private static final JsonFactory JSON = new JsonFactory();

    private RefusalBody() {}

    /** Status, headers and body as the SDK of that shape expects them. */
    public static Rendered render(Shape shape, Refusal refusal, String requestId) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("x-keymesh-request-id", requestId);
        if (!refusal.reason().retry) {
            headers.put("x-should-retry", "false");
        } else if (refusal.retryAfterSeconds() != null) {
            headers.put("Retry-After", refusal.retryAfterSeconds().toString());
        }
        return new Rendered(refusal.status(shape), headers, body(shape, refusal, requestId));
    }

    /**
     * The vendor's own event that ends a running stream.
     *
     * @param sequence the event's number, where the events are numbered
     */
    public static byte[] errorEvent(Operation operation, Refusal refusal, String requestId, long sequence) {
        boolean response = operation == Operation.RESPONSES;
        byte[] data = response ? response(refusal, sequence) : body(operation.shape(), refusal, requestId);
        String event = response || operation.shape() == Shape.ANTHROPIC ? "event: error\n" : "";
        return (event + "data: " + new String(data, StandardCharsets.UTF_8) + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Typed as the event is documented, and with the object that OpenAI's SDKs raise. */
    private static byte[] response(Refusal refusal, long sequence) {
        return object(json -> {
            json.writeStringField("type", "error");
            json.writeNumberField("sequence_number", sequence);
            json.writeStringField("code", refusal.code());
            json.writeStringField("message", refusal.message());
            json.writeStringField("param", refusal.param());
            openAi(json, refusal);
        });
    }

    private static byte[] body(Shape shape, Refusal refusal, String requestId) {
        return object(json -> {
            if (shape == Shape.OPENAI) {
                openAi(json, refusal);
            } else {
                anthropic(json, refusal, requestId);
            }
        });
    }

    private interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    private static byte[] object(Members members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void openAi(JsonGenerator json, Refusal refusal) throws IOException {
        json.writeObjectFieldStart("error");
        json.writeStringField("message", refusal.message());
        json.writeStringField("type", refusal.reason().openAiType);
        json.writeFieldName("param");
        if (refusal.param() == null) {
            json.writeNull();
        } else {
            json.writeString(refusal.param());
        }
        json.writeStringField("code", refusal.code().isEmpty() ? null : refusal.code());
        json.writeEndObject();
    }

    private static void anthropic(JsonGenerator json, Refusal refusal, String requestId) throws IOException {
        json.writeStringField("type", "error");
        json.writeObjectFieldStart("error");
        json.writeStringField("type", refusal.reason().anthropicType);
        json.writeStringField("message", refusal.message());
        if (!refusal.code().isEmpty()) {
            json.writeObjectFieldStart("details");
            json.writeStringField("error_code", refusal.code());
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeStringField("request_id", requestId);
    }

    /** An answer, ready to be sent. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    public record Rendered(int status, Map<String, String> headers, byte[] body) {}
}
