package dev.keymesh.gateway.page;

import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.wire.Policy;
import dev.keymesh.sdk.wire.VirtualKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of a key, line by line. */
final class KeyFacts {
    private KeyFacts() {}

    static List<Fact> of(VirtualKey key) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Id", key.id(), null, true));
        facts.add(new Fact("Reads like", key.hint(), null, true));
        facts.add(new Fact("Space", key.space(), null, false));
        facts.add(new Fact("Workspace", key.workspace() + " (" + key.environment() + ")", null, false));
        add(facts, "Owner", key.owner());
        add(facts, "Tags", key.tags().isEmpty() ? null : String.join(", ", key.tags()));
        add(facts, "External id", key.externalId());
        facts.add(new Fact("For", String.join(", ", key.uses()), null, false));
        if (key.parent() != null) {
            facts.add(new Fact("Part of", key.parent(), Links.key(key.parent()), true));
        }
        if (key.children() > 0) {
            String link = Links.with(Keys.PATH, Map.of("space", key.space(), "parent", key.id()));
            facts.add(new Fact("Parts", Long.toString(key.children()), link, false));
        }
        if (!key.fields().asMap().isEmpty()) {
            facts.add(new Fact("Fields", json(key.fields().asMap()), null, true));
        }
        facts.add(new Fact("Issued", Times.minute(key.createdAt()), null, false));
        facts.add(
                new Fact("Last use", key.lastUsedAt() == null ? "never" : Times.minute(key.lastUsedAt()), null, false));
        facts.add(new Fact("Ends", key.expiresAt() == null ? "never" : Times.minute(key.expiresAt()), null, false));
        if (key.revokedAt() != null) {
            facts.add(new Fact("Revoked", Times.minute(key.revokedAt()), null, false));
        }
        if (key.policy() != null) {
            policy(facts, key.policy());
        }
        return facts;
    }

    /** What a policy says; nothing where it restricts nothing. */
    static List<Fact> of(@Nullable Policy policy) {
        List<Fact> facts = new ArrayList<>();
        if (policy != null) {
            policy(facts, policy);
        }
        return facts;
    }

    private static void policy(List<Fact> facts, Policy policy) {
        add(facts, "Allowed models", list(policy.allowedModels()));
        add(facts, "Denied models", list(policy.deniedModels()));
        add(facts, "Allowed tools", list(policy.toolAllowlist()));
        add(facts, "Denied tools", list(policy.deniedTools()));
        add(facts, "Most output tokens", number(policy.maxOutputTokens()));
        add(facts, "Usual output tokens", number(policy.defaultMaxOutputTokens()));
        add(facts, "Allowed modalities", list(policy.allowedModalities()));
        add(facts, "Allowed addresses", list(policy.ipAllowlist()));
        List<String> windows = WindowLines.written(policy.windows());
        add(facts, "Allowed times", windows == null ? null : String.join("; ", windows));
    }

    private static void add(List<Fact> facts, String name, @Nullable String value) {
        if (value != null) {
            facts.add(new Fact(name, value, null, false));
        }
    }

    private static @Nullable String list(@Nullable List<String> entries) {
        return entries == null ? null : entries.isEmpty() ? "none" : String.join(", ", entries);
    }

    private static @Nullable String number(@Nullable Long number) {
        return number == null ? null : number.toString();
    }

    private static String json(Object value) {
        return new String(Json.toBytes(value), StandardCharsets.UTF_8);
    }

    /**
     * One line.
     *
     * @param link null leads nowhere
     * @param code whether it is written in the letters of a program
     */
    record Fact(String name, String value, @Nullable String link, boolean code) {}
}
