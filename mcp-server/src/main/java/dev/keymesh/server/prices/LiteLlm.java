package dev.keymesh.server.prices;

import dev.keymesh.sdk.wire.PriceCondition;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The format of LiteLLM: a flat map of models, US dollars for one token, conditions in the names of the keys. */
final class LiteLlm {
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    private static final Pattern KEY =
            Pattern.compile("([a-z_]+?)(_above_1hr)?(?:_above_(\\d{1,9})k_tokens)?(?:_(priority|flex|batches))?");
    private static final Pattern MONEY = Pattern.compile(".*(cost|price|uplift|multiplier).*");
    private static final Map<String, String> MEMBERS = Map.ofEntries(
            Map.entry("input_cost_per_token", "inputPerMillion"),
            Map.entry("cache_read_input_token_cost", "cachedInputPerMillion"),
            Map.entry("cache_creation_input_token_cost", "cacheWritePerMillion"),
            Map.entry("cache_creation_input_token_cost_above_1hr", "cacheWrite1hPerMillion"),
            Map.entry("output_cost_per_token", "outputPerMillion"),
            Map.entry("input_cost_per_audio_token", "audioInputPerMillion"),
            Map.entry("cache_read_input_audio_token_cost", "audioCachedInputPerMillion"),
            Map.entry("output_cost_per_audio_token", "audioOutputPerMillion"),
            Map.entry("input_cost_per_image_token", "imageInputPerMillion"),
            Map.entry("output_cost_per_image_token", "imageOutputPerMillion"));

    private final Reading reading;

    LiteLlm(Reading reading) {
        this.reading = reading;
    }

    void read(JsonObject file) {
        file.forEach((name, value) -> {
            JsonObject model = value.asJsonObject();
            String provider = model.getString("litellm_provider", "");
            if (!name.equals("sample_spec") && !provider.isEmpty() && reading.wants(provider)) {
                String id = name.startsWith(provider + "/") ? name.substring(provider.length() + 1) : name;
                reading.row(provider + "/" + id, () -> model(provider, id, model));
            }
        });
    }

    private void model(String provider, String name, JsonObject model) {
        Draft draft = new Draft(reading, provider, name);
        if (model.getString("mode", "").equals("embedding")) {
            draft.outputless();
        }
        draft.limits(draft.tokens("max_output_tokens", model.get("max_output_tokens"), 1), null);
        List<Rate> rates = model.keySet().stream()
                .map(LiteLlm::rate)
                .filter(rate -> rate != null)
                .sorted(Comparator.comparingInt(Rate::conditions).thenComparingLong(Rate::threshold))
                .toList();
        for (Rate rate : rates) {
            JsonValue value = model.getOrDefault(rate.key, JsonValue.NULL);
            if (rate.conditions() == 0) {
                draft.rate(rate.member, rate.key, value, MILLION);
            } else {
                draft.rate(rate.when(), rate.member, rate.key, value, MILLION);
            }
        }
        for (String key : model.keySet()) {
            if (rate(key) == null && MONEY.matcher(key).matches()) {
                draft.leaveOut(key, "is a rate that Keymesh does not have");
            }
        }
        reading.add(draft);
    }

    private static @Nullable Rate rate(String key) {
        Matcher parts = KEY.matcher(key);
        if (!parts.matches()) {
            return null;
        }
        String hour = parts.group(2) == null ? "" : parts.group(2);
        String member = MEMBERS.get(parts.group(1) + hour);
        String above = parts.group(3);
        return member == null
                ? null
                : new Rate(key, member, above == null ? 0 : Long.parseLong(above) * 1_000, parts.group(4));
    }

    /**
     * What a key says.
     *
     * @param threshold of the prompt's tokens; 0 is none
     * @param service {@code priority}, {@code flex} or {@code batches}; null is any
     */
    private record Rate(
            String key,
            String member,
            long threshold,
            @Nullable String service) {
        int conditions() {
            return (threshold > 0 ? 1 : 0) + (service == null ? 0 : 1);
        }

        PriceCondition when() {
            boolean batch = "batches".equals(service);
            return new PriceCondition(
                    threshold == 0 ? null : (Long) threshold,
                    batch ? null : service,
                    null,
                    batch ? (Boolean) true : null,
                    null);
        }
    }
}
