package dev.keymesh.server.mcp;

import dev.keymesh.sdk.WireRequest;
import dev.keymesh.sdk.WireResponse;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model's answer through the gateway: the same path, budget and policy as any call. */
final class ChatTool {
    private ChatTool() {}

    static Tool complete() {
        return new Tool(
                "chat_complete",
                "Complete a chat",
                "Sends messages to a model through the gateway and answers its text, with tokens, cost and what is left"
                        + " of the budget. Costs money of the key's budget.",
                Schemas.closed("""
                        "model":{"type":"string","maxLength":200},
                        "messages":{"type":"array","minItems":1,"maxItems":1000,"items":{"type":"object","additionalProperties":false,
                         "required":["role","content"],"properties":{
                          "role":{"type":"string","enum":["system","developer","user","assistant"]},"content":{"type":"string"}}}},
                        "maxOutputTokens":{"type":"integer","minimum":1,"maximum":2147483647}""", "model", "messages"),
                Schemas.open("""
                        "text":{"type":"string"},"model":{"type":"string"},"finishReason":{"anyOf":[{"type":"string"},{"type":"null"}]},
                        "usage":{"type":"object","properties":{"inputTokens":{"anyOf":[{"type":"integer"},{"type":"null"}]},"outputTokens":{"anyOf":[{"type":"integer"},{"type":"null"}]}},
                         "required":["inputTokens","outputTokens"]},
                        "cost":{"anyOf":[{"type":"string"},{"type":"null"}],"description":"US dollars; null where the model has no price, or the answer is so long that its head was sent before the cost was known."},
                        "currency":{"type":"string"},
                        "remainingBudget":{"anyOf":[{"type":"string"},{"type":"null"}],"description":"At least so many US dollars are left of the tightest budget; null where there is none."},
                        "requestId":{"anyOf":[{"type":"string"},{"type":"null"}]}""", "text", "usage", "cost", "remainingBudget"),
                new Tool.Hints(false, false, false, true),
                new Tool.Rule(null, true),
                ChatTool::completed);
    }

    private static JsonObject completed(ToolCall call) {
        WireResponse response = call.caller()
                .backend()
                .models()
                .send(new WireRequest(
                        "POST",
                        "/v1/chat/completions",
                        Map.of(
                                "authorization",
                                "Bearer " + call.caller().credential(),
                                "content-type",
                                "application/json"),
                        body(call).toString().getBytes(StandardCharsets.UTF_8)));
        JsonObject answer = read(response);
        if (response.status() >= 400) {
            throw new Refused(why(response, answer));
        }
        JsonValue choice = at(answer, "/choices/0");
        String id = response.header("x-keymesh-request-id");
        JsonObjectBuilder result = Json.createObjectBuilder()
                .add("text", text(at(choice, "/message/content"), ""))
                .add("model", text(at(answer, "/model"), call.text("model", "")))
                .add("finishReason", at(choice, "/finish_reason"))
                .add(
                        "usage",
                        Json.createObjectBuilder()
                                .add("inputTokens", at(answer, "/usage/prompt_tokens"))
                                .add("outputTokens", at(answer, "/usage/completion_tokens")))
                .add("cost", value(response.header("x-keymesh-cost")))
                .add("currency", "USD")
                .add("remainingBudget", value(response.header("x-keymesh-budget-remaining")))
                .add("requestId", value(id));
        return result.build();
    }

    private static JsonObject body(ToolCall call) {
        JsonObjectBuilder body = Json.createObjectBuilder()
                .add("model", call.arguments().get("model"))
                .add("messages", call.arguments().get("messages"));
        if (call.arguments().containsKey("maxOutputTokens")) {
            body.add("max_completion_tokens", call.arguments().get("maxOutputTokens"));
        }
        return body.build();
    }

    private static JsonObject read(WireResponse response) {
        try {
            if (JsonText.read(response.body()) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonException e) {
            // Told below: a parser's message could quote the body.
        }
        throw new Refused("The model's answer (" + response.status() + ") cannot be read.");
    }

    private static String why(WireResponse response, JsonObject answer) {
        String code = text(at(answer, "/error/code"), "");
        String message = text(at(answer, "/error/message"), "The call was refused.");
        String retry = response.header("retry-after");
        return message + " (" + response.status() + (code.isEmpty() ? "" : " " + code) + ")"
                + (retry == null ? "" : " Try again after " + retry + " seconds.");
    }

    private static JsonValue at(JsonValue value, String pointer) {
        try {
            return value instanceof JsonObject object
                    ? Json.createPointer(pointer).getValue(object)
                    : JsonValue.NULL;
        } catch (JsonException e) {
            return JsonValue.NULL;
        }
    }

    private static String text(JsonValue value, String otherwise) {
        return value instanceof JsonString string ? string.getString() : otherwise;
    }

    private static JsonValue value(@Nullable String text) {
        return text == null ? JsonValue.NULL : Json.createValue(text);
    }
}
