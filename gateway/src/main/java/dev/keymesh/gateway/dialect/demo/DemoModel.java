package dev.keymesh.gateway.dialect.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.provider.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers {@code demo-small} and {@code demo-large} in both shapes; a token is four UTF-8 bytes, rounded up. */
public final class DemoModel {
    public static final List<String> MODELS = List.of("demo-small", "demo-large");

    private static final JsonFactory JSON = new JsonFactory();
    private static final String TEXT = "Hello from Keymesh's built-in provider. Your virtual key works: this call was"
            + " checked, held against its budgets, forwarded and settled. Add a real provider to talk to a real model.";

    private final Facts facts;
    private final String text;
    private final long inputTokens;
    private final long outputTokens;

    private DemoModel(Facts facts) {
        this.facts = facts;
        Integer cap = facts.maxTokens() == null ? facts.maxCompletionTokens() : facts.maxTokens();
        int most = cap == null ? TEXT.length() : (int) Math.min(TEXT.length(), 4L * cap);
        text = TEXT.substring(0, most);
        inputTokens = (facts.length() + 3L) / 4;
        outputTokens = (most + 3L) / 4;
    }

    /** The answer: one part for JSON, one an event for a stream. */
    public static List<byte[]> answer(Shape shape, Facts facts) {
        DemoModel model = new DemoModel(facts);
        if (!facts.stream()) {
            return List.of(json(shape == Shape.OPENAI ? model::completion : model::message));
        }
        return shape == Shape.OPENAI ? model.chunks() : model.events();
    }

    private void completion(JsonGenerator json) throws IOException {
        head(json, "chat.completion");
        json.writeArrayFieldStart("choices");
        json.writeStartObject();
        json.writeNumberField("index", 0);
        json.writeObjectFieldStart("message");
        json.writeStringField("role", "assistant");
        json.writeStringField("content", text);
        json.writeNullField("refusal");
        json.writeEndObject();
        json.writeNullField("logprobs");
        json.writeStringField("finish_reason", finish());
        json.writeEndObject();
        json.writeEndArray();
        usage(json);
    }

    private void message(JsonGenerator json) throws IOException {
        messageHead(json);
        json.writeArrayFieldStart("content");
        json.writeStartObject();
        json.writeStringField("type", "text");
        json.writeStringField("text", text);
        json.writeEndObject();
        json.writeEndArray();
        json.writeStringField("stop_reason", anthropicStop());
        json.writeNullField("stop_sequence");
        anthropicUsage(json, outputTokens);
    }

    private List<byte[]> chunks() {
        List<byte[]> chunks = new ArrayList<>();
        chunks.add(event(null, json -> chunk(json, "", null)));
        for (String part : parts()) {
            chunks.add(event(null, json -> chunk(json, part, null)));
        }
        chunks.add(event(null, json -> chunk(json, null, finish())));
        if (facts.usageOption().state() == Facts.UsageOption.State.ON) {
            chunks.add(event(null, json -> {
                head(json, "chat.completion.chunk");
                json.writeArrayFieldStart("choices");
                json.writeEndArray();
                usage(json);
            }));
        }
        chunks.add("data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
        return chunks;
    }

    private void chunk(JsonGenerator json, @Nullable String part, @Nullable String finish) throws IOException {
        head(json, "chat.completion.chunk");
        json.writeArrayFieldStart("choices");
        json.writeStartObject();
        json.writeNumberField("index", 0);
        json.writeObjectFieldStart("delta");
        if (part != null) {
            if (part.isEmpty()) {
                json.writeStringField("role", "assistant");
            }
            json.writeStringField("content", part);
        }
        json.writeEndObject();
        json.writeStringField("finish_reason", finish);
        json.writeEndObject();
        json.writeEndArray();
    }

    private List<byte[]> events() {
        List<byte[]> events = new ArrayList<>();
        events.add(event("message_start", json -> {
            json.writeObjectFieldStart("message");
            messageHead(json);
            json.writeArrayFieldStart("content");
            json.writeEndArray();
            json.writeNullField("stop_reason");
            json.writeNullField("stop_sequence");
            anthropicUsage(json, 1);
            json.writeEndObject();
        }));
        events.add(event("content_block_start", json -> {
            json.writeNumberField("index", 0);
            json.writeObjectFieldStart("content_block");
            json.writeStringField("type", "text");
            json.writeStringField("text", "");
            json.writeEndObject();
        }));
        for (String part : parts()) {
            events.add(event("content_block_delta", json -> {
                json.writeNumberField("index", 0);
                json.writeObjectFieldStart("delta");
                json.writeStringField("type", "text_delta");
                json.writeStringField("text", part);
                json.writeEndObject();
            }));
        }
        events.add(event("content_block_stop", json -> json.writeNumberField("index", 0)));
        events.add(event("message_delta", json -> {
            json.writeObjectFieldStart("delta");
            json.writeStringField("stop_reason", anthropicStop());
            json.writeNullField("stop_sequence");
            json.writeEndObject();
            json.writeObjectFieldStart("usage");
            json.writeNumberField("output_tokens", outputTokens);
            json.writeEndObject();
        }));
        events.add(event("message_stop", json -> {}));
        return events;
    }

    private List<String> parts() {
        List<String> parts = new ArrayList<>();
        for (int at = 0; at < text.length(); at += 16) {
            parts.add(text.substring(at, Math.min(text.length(), at + 16)));
        }
        return parts;
    }

    private String finish() {
        return text.length() < TEXT.length() ? "length" : "stop";
    }

    private String anthropicStop() {
        return text.length() < TEXT.length() ? "max_tokens" : "end_turn";
    }

    private void head(JsonGenerator json, String object) throws IOException {
        json.writeStringField("id", "chatcmpl-demo");
        json.writeStringField("object", object);
        json.writeNumberField("created", 1_790_000_000);
        json.writeStringField("model", facts.model());
    }

    private void messageHead(JsonGenerator json) throws IOException {
        json.writeStringField("id", "msg_demo");
        json.writeStringField("type", "message");
        json.writeStringField("role", "assistant");
        json.writeStringField("model", facts.model());
    }

    private void usage(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("prompt_tokens", inputTokens);
        json.writeNumberField("completion_tokens", outputTokens);
        json.writeNumberField("total_tokens", inputTokens + outputTokens);
        json.writeEndObject();
    }

    private void anthropicUsage(JsonGenerator json, long output) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("input_tokens", inputTokens);
        json.writeNumberField("cache_read_input_tokens", 0);
        json.writeNumberField("cache_creation_input_tokens", 0);
        json.writeNumberField("output_tokens", output);
        json.writeEndObject();
    }

    private interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    private static byte[] json(Members members) {
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

    private static byte[] event(@Nullable String type, Members members) {
        byte[] data = json(json -> {
            if (type != null) {
                json.writeStringField("type", type);
            }
            members.write(json);
        });
        String name = type == null ? "" : "event: " + type + "\n";
        return (name + "data: " + new String(data, StandardCharsets.UTF_8) + "\n\n").getBytes(StandardCharsets.UTF_8);
    }
}
