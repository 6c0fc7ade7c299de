package dev.keymesh.server.prices;

import dev.keymesh.sdk.wire.PriceCondition;
import dev.keymesh.sdk.wire.PriceWindow;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The format of genai-prices: providers with models, US dollars for a million tokens; a model goes by its id. */
final class GenaiPrices {
    /** All, as the server shows them: what is imported twice must be seen to be the same. */
    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    private static final Pattern TIME = Pattern.compile("\\d\\d:\\d\\d(:00)?Z?");
    private static final Map<String, String> MEMBERS = Map.ofEntries(
            Map.entry("input_mtok", "inputPerMillion"),
            Map.entry("cache_read_mtok", "cachedInputPerMillion"),
            Map.entry("cache_write_mtok", "cacheWritePerMillion"),
            Map.entry("cache_write_1h_mtok", "cacheWrite1hPerMillion"),
            Map.entry("output_mtok", "outputPerMillion"),
            Map.entry("input_audio_mtok", "audioInputPerMillion"),
            Map.entry("cache_audio_read_mtok", "audioCachedInputPerMillion"),
            Map.entry("output_audio_mtok", "audioOutputPerMillion"),
            Map.entry("input_image_mtok", "imageInputPerMillion"),
            Map.entry("output_image_mtok", "imageOutputPerMillion"),
            Map.entry("web_searches_kcount", "webSearchPerThousand"));

    private final Reading reading;
    private final Instant now;

    GenaiPrices(Reading reading, Instant now) {
        this.reading = reading;
        this.now = now;
    }

    void read(JsonValue file) {
        JsonArray providers =
                file instanceof JsonArray list ? list : file.asJsonObject().getJsonArray("providers");
        for (JsonObject provider : providers.getValuesAs(JsonObject.class)) {
            if (reading.wants(provider.getString("id"))) {
                String name = provider.getString("id");
                for (JsonObject model : provider.getJsonArray("models").getValuesAs(JsonObject.class)) {
                    reading.row(name + "/" + model.getString("id"), () -> model(name, model));
                }
            }
        }
    }

    private void model(String provider, JsonObject model) {
        JsonValue prices = model.get("prices");
        if (prices instanceof JsonObject always) {
            Draft draft = draft(provider, model);
            rates(draft, always, null);
            reading.add(draft);
        } else {
            conditional(provider, model, model.getJsonArray("prices").getValuesAs(JsonObject.class));
        }
    }

    private Draft draft(String provider, JsonObject model) {
        Draft draft = new Draft(reading, provider, model.getString("id"));
        draft.limits(null, draft.tokens("context_window", model.get("context_window"), 1));
        return draft;
    }

    /** By date: what is in force and what comes. By time of day: overrides of what holds otherwise. Both: not read. */
    private void conditional(String provider, JsonObject model, List<JsonObject> entries) {
        TreeMap<Instant, JsonObject> byDate = new TreeMap<>();
        List<JsonObject> byTime = new ArrayList<>();
        for (JsonObject entry : entries) {
            JsonObject constraint = entry.getJsonObject("constraint");
            if (constraint == null) {
                byDate.put(Instant.EPOCH, entry.getJsonObject("prices"));
            } else if (constraint.containsKey("start_date")) {
                byDate.put(day(constraint.getString("start_date")), entry.getJsonObject("prices"));
            } else {
                byTime.add(entry);
            }
        }
        Instant current = byDate.floorKey(now);
        if (current == null || (!byTime.isEmpty() && byDate.size() > 1)) {
            reading.leaveOut(provider + "/" + model.getString("id"), "its conditions are of more than one sort");
            return;
        }
        byDate.tailMap(current).forEach((from, prices) -> {
            Draft draft = draft(provider, model);
            if (from.isAfter(Instant.EPOCH)) {
                draft.from(from);
            }
            rates(draft, prices, null);
            byTime.forEach(entry -> timed(draft, entry));
            reading.add(draft);
        });
    }

    private static Instant day(String date) {
        return LocalDate.parse(date).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static void timed(Draft draft, JsonObject entry) {
        JsonObject constraint = entry.getJsonObject("constraint");
        String from = constraint.getString("start_time", "");
        String to = constraint.getString("end_time", "");
        if (!TIME.matcher(from).matches() || !TIME.matcher(to).matches()) {
            draft.leaveOut("constraint", constraint + " is not known");
            return;
        }
        rates(draft, entry.getJsonObject("prices"), new PriceWindow(DAYS, from.substring(0, 5), to.substring(0, 5)));
    }

    private static void rates(Draft draft, JsonObject prices, @Nullable PriceWindow utc) {
        prices.forEach((key, value) -> {
            String member = MEMBERS.get(key);
            if (member == null) {
                draft.leaveOut(key, "is a rate that Keymesh does not have");
            } else if (value instanceof JsonObject tiered) {
                put(draft, null, utc, member, key, tiered.get("base"));
            } else {
                put(draft, null, utc, member, key, value);
            }
        });
        tiers(draft, prices, utc);
    }

    /** After all base rates, and lower ones first: the last that applies decides. */
    private static void tiers(Draft draft, JsonObject prices, @Nullable PriceWindow utc) {
        TreeMap<Long, List<Runnable>> byStart = new TreeMap<>();
        prices.forEach((key, value) -> {
            String member = MEMBERS.get(key);
            if (member != null && value instanceof JsonObject tiered) {
                for (JsonObject tier : tiered.getJsonArray("tiers").getValuesAs(JsonObject.class)) {
                    Long start = draft.tokens(key, tier.getJsonNumber("start"), 0);
                    if (start != null) {
                        byStart.computeIfAbsent(start, _ -> new ArrayList<>())
                                .add(() -> put(draft, start, utc, member, key, tier.get("price")));
                    }
                }
            }
        });
        byStart.values().forEach(tier -> tier.forEach(Runnable::run));
    }

    private static void put(
            Draft draft,
            @Nullable Long above,
            @Nullable PriceWindow utc,
            String member,
            String key,
            @Nullable JsonValue value) {
        JsonValue given = value == null ? JsonValue.NULL : value;
        if (above == null && utc == null) {
            draft.rate(member, key, given, BigDecimal.ONE);
        } else {
            draft.rate(new PriceCondition(above, null, null, null, utc), member, key, given, BigDecimal.ONE);
        }
    }
}
