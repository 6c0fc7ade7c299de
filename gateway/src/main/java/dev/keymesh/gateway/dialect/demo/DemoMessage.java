package dev.keymesh.gateway.dialect.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The demo's messages, in Anthropic's shape. */
record DemoMessage(DemoModel demo) {
    List<byte[]> answer() {
        return demo.facts().stream() ? events() : List.of(DemoJson.object(this::message));
    }

    private void message(JsonGenerator json) throws IOException {
        head(json);
        json.writeArrayFieldStart("content");
        json.writeStartObject();
        json.writeStringField("type", "text");
        json.writeStringField("text", demo.text());
        json.writeEndObject();
        json.writeEndArray();
        json.writeStringField("stop_reason", stop());
        json.writeNullField("stop_sequence");
        usage(json, demo.outputTokens());
    }

    private List<byte[]> events() {
        List<byte[]> events = new ArrayList<>();
        events.add(DemoJson.event("message_start", json -> {
            json.writeObjectFieldStart("message");
            head(json);
            json.writeArrayFieldStart("content");
            json.writeEndArray();
            json.writeNullField("stop_reason");
            json.writeNullField("stop_sequence");
            usage(json, 1);
            json.writeEndObject();
        }));
        events.add(DemoJson.event("content_block_start", json -> {
            json.writeNumberField("index", 0);
            json.writeObjectFieldStart("content_block");
            json.writeStringField("type", "text");
            json.writeStringField("text", "");
            json.writeEndObject();
        }));
        for (String part : demo.parts()) {
            events.add(DemoJson.event("content_block_delta", json -> {
                json.writeNumberField("index", 0);
                json.writeObjectFieldStart("delta");
                json.writeStringField("type", "text_delta");
                json.writeStringField("text", part);
                json.writeEndObject();
            }));
        }
        events.add(DemoJson.event("content_block_stop", json -> json.writeNumberField("index", 0)));
        events.add(DemoJson.event("message_delta", json -> {
            json.writeObjectFieldStart("delta");
            json.writeStringField("stop_reason", stop());
            json.writeNullField("stop_sequence");
            json.writeEndObject();
            json.writeObjectFieldStart("usage");
            json.writeNumberField("output_tokens", demo.outputTokens());
            json.writeEndObject();
        }));
        events.add(DemoJson.event("message_stop", json -> {}));
        return events;
    }

    private void head(JsonGenerator json) throws IOException {
        json.writeStringField("id", "msg_demo");
        json.writeStringField("type", "message");
        json.writeStringField("role", "assistant");
        json.writeStringField("model", demo.facts().model());
    }

    private void usage(JsonGenerator json, long output) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("input_tokens", demo.inputTokens());
        json.writeNumberField("cache_read_input_tokens", 0);
        json.writeNumberField("cache_creation_input_tokens", 0);
        json.writeNumberField("output_tokens", output);
        json.writeEndObject();
    }

    private String stop() {
        return demo.cut() ? "max_tokens" : "end_turn";
    }
}
