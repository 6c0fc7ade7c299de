package dev.keymesh.server.prices;

import dev.keymesh.sdk.wire.PriceCondition;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The format of models.dev: providers by id with models by id, US dollars for a million tokens, and limits. */
final class ModelsDev {
    private static final long LONG_CONTEXT = 200_000;
    private static final Set<String> CONDITIONS = Set.of("tiers", "context_over_200k");
    private static final Map<String, String> MEMBERS = Map.of(
            "input", "inputPerMillion",
            "cache_read", "cachedInputPerMillion",
            "cache_write", "cacheWritePerMillion",
            "output", "outputPerMillion",
            "input_audio", "audioInputPerMillion",
            "output_audio", "audioOutputPerMillion");

    private final Reading reading;

    ModelsDev(Reading reading) {
        this.reading = reading;
    }

    void read(JsonObject file) {
        file.forEach((provider, value) -> {
            if (reading.wants(provider)) {
                value.asJsonObject()
                        .getJsonObject("models")
                        .forEach((model, entry) -> reading.row(
                                provider + "/" + model, () -> model(provider, model, entry.asJsonObject())));
            }
        });
    }

    private void model(String provider, String name, JsonObject model) {
        Draft draft = new Draft(reading, provider, name);
        JsonObject limit = model.getJsonObject("limit");
        if (limit != null) {
            Long context = limit(draft, limit, "context");
            Long output = limit(draft, limit, "output");
            // A list that knows no maximum of the output gives the whole context.
            draft.limits(output == null || output.equals(context) ? null : output, context);
        }
        JsonObject cost = model.getJsonObject("cost");
        if (cost == null) {
            draft.leaveOut("cost", "is missing");
            return;
        }
        rates(draft, null, cost, "cost.");
        if (cost.containsKey("tiers")) {
            tiers(draft, cost);
        } else if (cost.containsKey("context_over_200k")) {
            rates(draft, LONG_CONTEXT, cost.getJsonObject("context_over_200k"), "cost.context_over_200k.");
        }
        reading.add(draft);
    }

    private static void tiers(Draft draft, JsonObject cost) {
        cost.getJsonArray("tiers").getValuesAs(JsonObject.class).stream()
                .filter(tier -> byContext(draft, tier))
                .sorted(Comparator.comparing(ModelsDev::size))
                .forEach(tier -> {
                    Long above = draft.tokens(
                            "cost.tiers", tier.getJsonObject("tier").get("size"), 0);
                    if (above != null) {
                        rates(draft, above, tier, "cost.tiers.");
                    }
                });
    }

    private static boolean byContext(Draft draft, JsonObject tier) {
        boolean context = tier.getJsonObject("tier").getString("type", "").equals("context");
        if (!context) {
            draft.leaveOut("cost.tiers", tier.get("tier") + " is not known");
        }
        return context;
    }

    private static BigDecimal size(JsonObject tier) {
        return tier.getJsonObject("tier").getJsonNumber("size").bigDecimalValue();
    }

    private static void rates(Draft draft, @Nullable Long above, JsonObject cost, String at) {
        cost.forEach((key, value) -> {
            String member = MEMBERS.get(key);
            if (member != null && above == null) {
                draft.rate(member, at + key, value, BigDecimal.ONE);
            } else if (member != null) {
                PriceCondition when = new PriceCondition(above, null, null, null, null);
                draft.rate(when, member, at + key, value, BigDecimal.ONE);
            } else if (!CONDITIONS.contains(key) && !key.equals("tier") && !asOutput(cost, key, value)) {
                draft.leaveOut(at + key, "is a rate that Keymesh does not have");
            }
        });
    }

    /** Reasoning is billed as output; a rate of its own is one that Keymesh does not have. */
    private static boolean asOutput(JsonObject cost, String key, JsonValue value) {
        return key.equals("reasoning") && value.equals(cost.get("output"));
    }

    /** The list writes 0 where it knows none. */
    private static @Nullable Long limit(Draft draft, JsonObject limits, String key) {
        boolean none = limits.get(key) instanceof JsonNumber number
                && number.bigDecimalValue().signum() == 0;
        return none ? null : draft.tokens("limit." + key, limits.get(key), 1);
    }
}
