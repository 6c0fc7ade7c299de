package dev.keymesh.gateway.dialect.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.keymesh.gateway.dialect.Facts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The demo's chat completions. */
record DemoChat(DemoModel demo) {
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
        json.writeStringField("content", demo.text());
        json.writeNullField("refusal");
        json.writeEndObject();
        json.writeNullField("logprobs");
        json.writeStringField("finish_reason", finish());
        json.writeEndObject();
        json.writeEndArray();
        DemoJson.usage(json, demo);
    }

    private List<byte[]> chunks() {
        List<byte[]> chunks = new ArrayList<>();
        chunks.add(DemoJson.event(null, json -> chunk(json, "", null)));
        for (String part : demo.parts()) {
            chunks.add(DemoJson.event(null, json -> chunk(json, part, null)));
        }
        chunks.add(DemoJson.event(null, json -> chunk(json, null, finish())));
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

    private void head(JsonGenerator json, String object) throws IOException {
        json.writeStringField("id", "chatcmpl-demo");
        json.writeStringField("object", object);
        json.writeNumberField("created", 1_790_000_000);
        json.writeStringField("model", demo.facts().model());
    }

    private String finish() {
        return demo.cut() ? "length" : "stop";
    }
}
