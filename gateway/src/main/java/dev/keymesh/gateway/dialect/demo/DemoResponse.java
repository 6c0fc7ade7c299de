package dev.keymesh.gateway.dialect.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The demo's responses: one message of one text. */
final class DemoResponse {
    private static final String ITEM = "msg_demo";

    private final DemoModel demo;
    private final List<byte[]> events = new ArrayList<>();

    DemoResponse(DemoModel demo) {
        this.demo = demo;
    }

    List<byte[]> answer() {
        if (!demo.facts().stream()) {
            return List.of(DemoJson.object(json -> response(json, end(), true)));
        }
        event("response.created", json -> whole(json, "in_progress", false));
        event("response.in_progress", json -> whole(json, "in_progress", false));
        event("response.output_item.added", json -> {
            json.writeNumberField("output_index", 0);
            json.writeObjectFieldStart("item");
            message(json, "in_progress", false);
        });
        event("response.content_part.added", json -> {
            place(json);
            json.writeObjectFieldStart("part");
            text(json, "");
        });
        for (String part : demo.parts()) {
            event("response.output_text.delta", json -> {
                place(json);
                json.writeStringField("delta", part);
                json.writeArrayFieldStart("logprobs");
                json.writeEndArray();
            });
        }
        event("response.output_text.done", json -> {
            place(json);
            json.writeStringField("text", demo.text());
            json.writeArrayFieldStart("logprobs");
            json.writeEndArray();
        });
        event("response.content_part.done", json -> {
            place(json);
            json.writeObjectFieldStart("part");
            text(json, demo.text());
        });
        event("response.output_item.done", json -> {
            json.writeNumberField("output_index", 0);
            json.writeObjectFieldStart("item");
            message(json, end(), true);
        });
        event("response." + end(), json -> whole(json, end(), true));
        return events;
    }

    private void event(String type, DemoJson.Members members) {
        int number = events.size();
        events.add(DemoJson.event(type, json -> {
            json.writeNumberField("sequence_number", number);
            members.write(json);
        }));
    }

    private void whole(JsonGenerator json, String status, boolean done) throws IOException {
        json.writeObjectFieldStart("response");
        response(json, status, done);
        json.writeEndObject();
    }

    private String end() {
        return demo.cut() ? "incomplete" : "completed";
    }

    private void response(JsonGenerator json, String status, boolean done) throws IOException {
        json.writeStringField("id", "resp_demo");
        json.writeStringField("object", "response");
        json.writeNumberField("created_at", 1_790_000_000);
        json.writeStringField("status", status);
        json.writeNullField("error");
        if (status.equals("incomplete")) {
            json.writeObjectFieldStart("incomplete_details");
            json.writeStringField("reason", "max_output_tokens");
            json.writeEndObject();
        } else {
            json.writeNullField("incomplete_details");
        }
        json.writeNullField("instructions");
        json.writeNullField("metadata");
        json.writeStringField("model", demo.facts().model());
        json.writeArrayFieldStart("output");
        if (done) {
            json.writeStartObject();
            message(json, status, true);
        }
        json.writeEndArray();
        json.writeBooleanField("parallel_tool_calls", true);
        json.writeNullField("temperature");
        json.writeStringField("tool_choice", "auto");
        json.writeArrayFieldStart("tools");
        json.writeEndArray();
        json.writeNullField("top_p");
        if (done) {
            usage(json);
        } else {
            json.writeNullField("usage");
        }
    }

    /** The members of an object that is open, and its end. */
    private void message(JsonGenerator json, String status, boolean done) throws IOException {
        json.writeStringField("id", ITEM);
        json.writeStringField("type", "message");
        json.writeStringField("status", status);
        json.writeStringField("role", "assistant");
        json.writeArrayFieldStart("content");
        if (done) {
            json.writeStartObject();
            text(json, demo.text());
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** The same of a text. */
    private static void text(JsonGenerator json, String text) throws IOException {
        json.writeStringField("type", "output_text");
        json.writeStringField("text", text);
        json.writeArrayFieldStart("annotations");
        json.writeEndArray();
        json.writeArrayFieldStart("logprobs");
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void place(JsonGenerator json) throws IOException {
        json.writeStringField("item_id", ITEM);
        json.writeNumberField("output_index", 0);
        json.writeNumberField("content_index", 0);
    }

    private void usage(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("input_tokens", demo.inputTokens());
        json.writeObjectFieldStart("input_tokens_details");
        json.writeNumberField("cached_tokens", 0);
        json.writeEndObject();
        json.writeNumberField("output_tokens", demo.outputTokens());
        json.writeObjectFieldStart("output_tokens_details");
        json.writeNumberField("reasoning_tokens", 0);
        json.writeEndObject();
        json.writeNumberField("total_tokens", demo.inputTokens() + demo.outputTokens());
        json.writeEndObject();
    }
}
