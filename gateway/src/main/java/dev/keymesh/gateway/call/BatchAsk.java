package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Refusal;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What all requests of a batch ask for together: what policy, budgets and, in the end, its settlement go by. It is kept as
 * JSON between the file and the batch, and from the batch to its end.
 *
 * @param operation of each request
 * @param models all that are named
 * @param cap the largest cap that a request names; null where none does
 * @param uncapped the number of a request that names none; 0 where all do
 * @param parts one for each model that is called
 * @param overDollars why it cannot be under a budget of dollars; null where it can
 * @param overTokens the same of a budget of tokens
 */
record BatchAsk(
        Operation operation,
        int requests,
        Set<String> models,
        Set<String> tools,
        Set<String> modalities,
        @Nullable Integer cap,
        int uncapped,
        List<BatchPart> parts,
        @Nullable Refusal overDollars,
        @Nullable Refusal overTokens) {
    BatchAsk {
        models = Set.copyOf(models);
        tools = Set.copyOf(tools);
        modalities = Set.copyOf(modalities);
        parts = List.copyOf(parts);
    }

    BatchAsk with(List<BatchPart> other) {
        return new BatchAsk(
                operation, requests, models, tools, modalities, cap, uncapped, other, overDollars, overTokens);
    }

    /** What its record tells of it, so that replay has something to replay. */
    String facts() {
        return seen().build().toString();
    }

    private JsonObjectBuilder seen() {
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("requests", requests)
                .add("models", texts(models))
                .add("tools", texts(tools))
                .add("modalities", texts(modalities));
        return cap == null ? json : json.add("maxTokens", cap);
    }

    String json() {
        JsonArrayBuilder of = Json.createArrayBuilder();
        parts.forEach(part -> of.add(part.json()));
        JsonObjectBuilder json = seen().add("operation", operation.name())
                .add("uncapped", uncapped)
                .add("parts", of);
        refusal(json, "overDollars", overDollars);
        refusal(json, "overTokens", overTokens);
        return json.build().toString();
    }

    /** What {@link #json} wrote; null of a file that is not for batches. */
    static @Nullable BatchAsk of(String facts) {
        try (JsonReader reader = Json.createReader(new StringReader(facts))) {
            JsonObject json = reader.readObject();
            return json.containsKey("parts") ? of(json) : null;
        }
    }

    private static BatchAsk of(JsonObject json) {
        return new BatchAsk(
                Operation.valueOf(json.getString("operation")),
                json.getInt("requests"),
                texts(json, "models"),
                texts(json, "tools"),
                texts(json, "modalities"),
                json.containsKey("maxTokens") ? (Integer) json.getInt("maxTokens") : null,
                json.getInt("uncapped"),
                json.getJsonArray("parts").getValuesAs(JsonObject.class).stream()
                        .map(BatchPart::of)
                        .toList(),
                refusal(json, "overDollars"),
                refusal(json, "overTokens"));
    }

    private static JsonArrayBuilder texts(Collection<String> texts) {
        JsonArrayBuilder array = Json.createArrayBuilder();
        new TreeSet<>(texts).forEach(array::add);
        return array;
    }

    private static Set<String> texts(JsonObject json, String name) {
        return json.getJsonArray(name).getValuesAs(JsonString.class).stream()
                .map(JsonString::getString)
                .collect(Collectors.toSet());
    }

    private static void refusal(JsonObjectBuilder json, String name, @Nullable Refusal refusal) {
        if (refusal != null) {
            json.add(
                    name, Json.createObjectBuilder().add("code", refusal.code()).add("message", refusal.message()));
        }
    }

    private static @Nullable Refusal refusal(JsonObject json, String name) {
        if (!json.containsKey(name)) {
            return null;
        }
        JsonObject refusal = json.getJsonObject(name);
        return new Refusal(Refusal.Reason.DENIED, refusal.getString("code"), refusal.getString("message"), null, null);
    }
}
