package dev.keymesh.gateway.dialect.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.keymesh.gateway.dialect.Facts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The demo's completions of a text, in OpenAI's older shape; whatever it is asked, it gives one. */
record DemoCompletion(DemoModel demo) {
    List<byte[]> answer() {
        return demo.facts().stream()
                ? chunks()
                : List.of(DemoJson.object(json -> {
                    choice(json, demo.text(), finish());
                    DemoJson.usage(json, demo);
                }));
    }

    private List<byte[]> chunks() {
        List<byte[]> chunks = new ArrayList<>();
        for (String part : demo.parts()) {
            chunks.add(DemoJson.event(null, json -> choice(json, part, null)));
        }
        chunks.add(DemoJson.event(null, json -> choice(json, "", finish())));
        if (demo.facts().usageOption().state() == Facts.UsageOption.State.ON) {
            chunks.add(DemoJson.event(null, json -> {
                head(json);
                json.writeArrayFieldStart("choices");
                json.writeEndArray();
                DemoJson.usage(json, demo);
            }));
        }
        chunks.add(DemoJson.DONE);
        return chunks;
    }

    private void choice(JsonGenerator json, String text, @Nullable String finish) throws IOException {
        head(json);
        json.writeArrayFieldStart("choices");
        json.writeStartObject();
        json.writeStringField("text", text);
        json.writeNumberField("index", 0);
        json.writeNullField("logprobs");
        json.writeStringField("finish_reason", finish);
        json.writeEndObject();
        json.writeEndArray();
    }

    private void head(JsonGenerator json) throws IOException {
        json.writeStringField("id", "cmpl-demo");
        json.writeStringField("object", "text_completion");
        json.writeNumberField("created", 1_790_000_000);
        json.writeStringField("model", demo.facts().model());
    }

    private String finish() {
        return demo.cut() ? "length" : "stop";
    }
}
