package dev.keymesh.gateway.trace;

import dev.keymesh.gateway.ledger.CallRecord;
import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.provider.Provider;
import dev.keymesh.gateway.provider.Providers;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a span says of a call: the names of OpenTelemetry's conventions for generative AI, which are still in development
 * (as of November 2026), and {@code keymesh.} for what is ours. Never a prompt or an answer.
 */
record SpanFacts(Providers providers) {
    private static final int LONGEST_MODEL = 100;

    /** Attributes by name: texts, lists of texts, longs and booleans. */
    Map<String, Object> of(CallRecord call, @Nullable Answered answered) {
        Map<String, Object> facts = new LinkedHashMap<>();
        Provider provider = call.provider() == null
                ? null
                : providers.named(call.provider()).orElse(null);
        facts.put("gen_ai.operation.name", operation(call.operation()));
        facts.put("gen_ai.provider.name", name(call, provider));
        put(facts, "gen_ai.request.model", model(call));
        if (call.stream()) {
            facts.put("gen_ai.request.stream", true);
        }
        if (!call.settlement().equals("none") && !call.settlement().equals("unknown")) {
            facts.put("gen_ai.usage.input_tokens", call.inputTokens());
            facts.put("gen_ai.usage.cache_read.input_tokens", call.cachedInputTokens());
            facts.put("gen_ai.usage.output_tokens", call.outputTokens());
        }
        if (answered != null) {
            put(facts, "gen_ai.response.model", answered.model());
            put(facts, "gen_ai.response.id", answered.id());
            put(facts, "gen_ai.response.finish_reasons", answered.finish() == null ? null : List.of(answered.finish()));
        }
        put(facts, "error.type", error(call));
        if (provider != null) {
            server(facts, URI.create(provider.baseUrl()));
        }
        facts.put("keymesh.request.id", call.id());
        facts.put(
                "keymesh.workspace", call.scopes().space() + "/" + call.scopes().workspace());
        facts.put("keymesh.key", call.scopes().key());
        facts.put("keymesh.operation", call.operation());
        put(facts, "keymesh.provider", call.provider());
        facts.put("keymesh.decision", call.outcome().equals("refused") ? "refused" : "admitted");
        facts.put("keymesh.outcome", call.outcome());
        facts.put("keymesh.status", (long) call.status());
        facts.put("keymesh.settlement", call.settlement());
        put(facts, "keymesh.cost.nano_dollars", call.cost());
        return facts;
    }

    /** {@code chat gpt-5.4}. */
    static String name(CallRecord call) {
        String model = model(call);
        return model == null ? operation(call.operation()) : operation(call.operation()) + " " + model;
    }

    /** Why it did not end well: our code, or the provider's status; null where it did. */
    static @Nullable String error(CallRecord call) {
        if (call.errorCode() != null) {
            return call.errorCode();
        }
        return call.outcome().equals("completed") && call.status() < 400 ? null : String.valueOf(call.status());
    }

    /** What a caller wrote, so it is cut. */
    private static @Nullable String model(CallRecord call) {
        String model = call.model();
        return model == null || model.length() <= LONGEST_MODEL ? model : model.substring(0, LONGEST_MODEL);
    }

    /** The conventions' own word where they have one. */
    private static String operation(String wire) {
        return switch (wire) {
            case "chat.completions", "responses", "messages" -> "chat";
            case "completions" -> "text_completion";
            default -> wire;
        };
    }

    /** The conventions' names for the vendors that have one; another provider is called as it is here. */
    private static String name(CallRecord call, @Nullable Provider provider) {
        ProviderKind kind = provider == null ? null : provider.kind();
        if (kind == ProviderKind.OPENAI) {
            return "openai";
        }
        if (kind == ProviderKind.ANTHROPIC) {
            return "anthropic";
        }
        if (call.provider() != null) {
            return call.provider();
        }
        return call.operation().startsWith("messages") ? "anthropic" : "openai";
    }

    private static void server(Map<String, Object> facts, URI base) {
        if (base.getHost() != null) {
            facts.put("server.address", base.getHost());
            facts.put("server.port", (long)
                    (base.getPort() >= 0 ? base.getPort() : "https".equals(base.getScheme()) ? 443 : 80));
        }
    }

    private static void put(Map<String, Object> facts, String name, @Nullable Object value) {
        if (value != null) {
            facts.put(name, value);
        }
    }
}
