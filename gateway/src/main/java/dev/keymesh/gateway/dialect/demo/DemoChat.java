package dev.keymesh.gateway.dialect.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.keymesh.gateway.dialect.Facts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The demo's chat completions. */
record DemoChat(DemoModel demo, @Nullable DemoToolCall call) {
    List<byte[]> answer() {
        return demo.facts().stream() ? chunks() : List.of(DemoJson.object(this::completion));
    }

    private void completion(JsonGenerator json) throws IOException {
        head(json, "chat.completion");
        json.writeArrayFieldStart("choices");
        json.writeStartObject();
        json.writeNumberField("index", 0);
        json.writeObjectFieldStart("message");
        json.writeStringField("role", "assistant");
        json.writeStringField("content", call == null ? demo.text() : null);
        json.writeNullField("refusal");
        if (call != null) {
            call(json, call);
        }
        json.writeEndObject();
        json.writeNullField("logprobs");
        json.writeStringField("finish_reason", finish());
        json.writeEndObject();
        json.writeEndArray();
        DemoJson.usage(json, demo);
    }

    private List<byte[]> chunks() {
        List<byte[]> chunks = new ArrayList<>();
        chunks.add(DemoJson.event(
                null, json -> chunk(json, delta -> delta.writeStringField("role", "assistant"), null)));
        if (call == null) {
            for (String part : demo.parts()) {
                chunks.add(DemoJson.event(
                        null, json -> chunk(json, delta -> delta.writeStringField("content", part), null)));
            }
        } else {
            chunks.add(DemoJson.event(null, json -> chunk(json, delta -> call(delta, call), null)));
        }
        chunks.add(DemoJson.event(null, json -> chunk(json, delta -> {}, finish())));
        if (demo.facts().usageOption().state() == Facts.UsageOption.State.ON) {
            chunks.add(DemoJson.event(null, json -> {
                head(json, "chat.completion.chunk");
                json.writeArrayFieldStart("choices");
                json.writeEndArray();
                DemoJson.usage(json, demo);
            }));
        }
        chunks.add(DemoJson.DONE);
        return chunks;
    }

    private void chunk(JsonGenerator json, DemoJson.Members delta, @Nullable String finish) throws IOException {
        head(json, "chat.completion.chunk");
        json.writeArrayFieldStart("choices");
        json.writeStartObject();
        json.writeNumberField("index", 0);
        json.writeObjectFieldStart("delta");
        delta.write(json);
        json.writeEndObject();
        json.writeStringField("finish_reason", finish);
        json.writeEndObject();
        json.writeEndArray();
    }

    private static void call(JsonGenerator json, DemoToolCall call) throws IOException {
        json.writeArrayFieldStart("tool_calls");
        json.writeStartObject();
        json.writeNumberField("index", 0);
        json.writeStringField("id", "call_demo");
        json.writeStringField("type", "function");
        json.writeObjectFieldStart("function");
        json.writeStringField("name", call.name());
        json.writeStringField("arguments", call.arguments());
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndArray();
    }

    private void head(JsonGenerator json, String object) throws IOException {
        json.writeStringField("id", "chatcmpl-demo");
        json.writeStringField("object", object);
        json.writeNumberField("created", 1_790_000_000);
        json.writeStringField("model", demo.facts().model());
    }

    private String finish() {
        return call != null ? "tool_calls" : demo.cut() ? "length" : "stop";
    }
}
