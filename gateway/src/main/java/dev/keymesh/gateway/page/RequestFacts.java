package dev.keymesh.gateway.page;

import dev.keymesh.gateway.page.KeyFacts.Fact;
import dev.keymesh.sdk.wire.RequestRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a call, line by line. */
final class RequestFacts {
    private RequestFacts() {}

    static List<Fact> of(Visit visit, RequestRecord call, String key) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Id", call.id(), null, true));
        facts.add(new Fact("Began", Times.second(call.startedAt()), null, false));
        facts.add(new Fact("Key", key, visit.may("keys.read") ? Links.key(call.key()) : null, false));
        facts.add(new Fact(
                "Workspace",
                call.space() + "/" + call.workspace(),
                visit.may("workspaces.read") ? Workspaces.link(call.space(), call.workspace()) : null,
                false));
        facts.add(new Fact("Operation", call.operation() + (call.stream() ? ", as a stream" : ""), null, false));
        add(facts, "Model", call.model());
        add(facts, "Provider", call.provider());
        facts.add(new Fact("Outcome", call.outcome(), null, false));
        facts.add(new Fact("Status", Integer.toString(call.status()), null, false));
        add(facts, "Provider's status", call.upstreamStatus());
        add(facts, "Error", call.errorCode());
        for (String reason : call.reasons()) {
            facts.add(new Fact("Why", Reasons.words(reason, null), null, false));
        }
        tokens(facts, "Tokens in", call.inputTokens());
        tokens(facts, "of them cached", call.cachedInputTokens());
        tokens(facts, "Tokens out", call.outputTokens());
        facts.add(new Fact("Cost", call.cost() == null ? "the model has no price" : "$" + call.cost(), null, false));
        facts.add(new Fact("Settled", settled(call.settlement()), null, false));
        facts.add(new Fact("Took", Numbers.grouped(call.durationMs()) + " ms", null, false));
        Long first = call.timeToFirstByteMs();
        add(facts, "First byte after", first == null ? null : Numbers.grouped(first) + " ms");
        return facts;
    }

    private static String settled(String settlement) {
        return switch (settlement) {
            case "reported" -> "as the provider reported it";
            case "estimated" -> "as estimated, for the provider did not say";
            case "unknown" -> "at what was held, for it is not known what the provider did";
            case "corrected" -> "as corrected by hand";
            case "none" -> "nothing was forwarded";
            default -> settlement;
        };
    }

    private static void tokens(List<Fact> facts, String name, @Nullable Long count) {
        add(facts, name, count == null ? null : Numbers.grouped(count));
    }

    private static void add(List<Fact> facts, String name, @Nullable Object value) {
        if (value != null) {
            facts.add(new Fact(name, value.toString(), null, false));
        }
    }
}
