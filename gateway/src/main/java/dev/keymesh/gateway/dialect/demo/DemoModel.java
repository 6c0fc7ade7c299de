package dev.keymesh.gateway.dialect.demo;

import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.dialect.Payload;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers {@code demo-small} and {@code demo-large} in both shapes; a token is four UTF-8 bytes, rounded up.
 *
 * @param text what it says, cut to the request's cap
 */
public record DemoModel(Facts facts, String text, long inputTokens, long outputTokens) {
    public static final List<String> MODELS = List.of("demo-small", "demo-large");

    private static final String TEXT = "Hello from Keymesh's built-in provider. Your virtual key works: this call was"
            + " checked, held against its budgets, forwarded and settled. Add a real provider to talk to a real model.";

    private static DemoModel of(Facts facts) {
        Integer cap = facts.maxTokens() == null ? facts.maxCompletionTokens() : facts.maxTokens();
        int most = cap == null ? TEXT.length() : (int) Math.min(TEXT.length(), 4L * cap);
        return new DemoModel(facts, TEXT.substring(0, most), (facts.length() + 3L) / 4, (most + 3L) / 4);
    }

    /** The answer: one part for JSON, one an event for a stream. */
    public static List<byte[]> answer(Facts facts, Payload body) {
        DemoModel demo = of(facts);
        return switch (facts.operation()) {
            case CHAT_COMPLETIONS -> new DemoChat(demo, DemoToolCall.in(body)).answer();
            case COMPLETIONS -> new DemoCompletion(demo).answer();
            case RESPONSES -> new DemoResponse(demo).answer();
            case MESSAGES -> new DemoMessage(demo).answer();
            case MESSAGES_COUNT_TOKENS ->
                List.of(DemoJson.object(json -> json.writeNumberField("input_tokens", demo.inputTokens)));
            case EMBEDDINGS -> List.of(DemoJson.object(json -> DemoInputs.embeddings(json, demo, body)));
            case MODERATIONS -> List.of(DemoJson.object(json -> DemoInputs.moderations(json, demo)));
            default -> throw new IllegalArgumentException("no call of a model");
        };
    }

    boolean cut() {
        return text.length() < TEXT.length();
    }

    List<String> parts() {
        List<String> parts = new ArrayList<>();
        for (int at = 0; at < text.length(); at += 16) {
            parts.add(text.substring(at, Math.min(text.length(), at + 16)));
        }
        return parts;
    }
}
