package dev.keymesh.gateway.call;

import dev.keymesh.gateway.dialect.Facts;
import dev.keymesh.gateway.dialect.FactsReader;
import dev.keymesh.gateway.dialect.FormReader;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.dialect.Payload;
import dev.keymesh.gateway.price.Price;
import dev.keymesh.gateway.price.ProviderKind;
import dev.keymesh.gateway.price.Rate;
import dev.keymesh.gateway.price.Rates;
import dev.keymesh.gateway.price.Usage;
import dev.keymesh.gateway.price.UsageDetails;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An answer as a provider gives it, with the usage that it tells of and what that costs at the file's price. */
record UsageFixture(String file, ProviderKind kind, Price price, JsonObject json) {
    private static final String FOLDER = "/dev/keymesh/gateway/usage/";
    private static final String FORM =
            String.join("\r\n", "--b", "Content-Disposition: form-data; name=\"model\"", "", "m", "--b--");

    static List<UsageFixture> all() throws IOException {
        List<UsageFixture> all = new ArrayList<>();
        Path folder = Path.of(URI.create(String.valueOf(UsageFixture.class.getResource(FOLDER))));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
            for (Path file : files) {
                try (JsonReader reader = Json.createReader(Files.newBufferedReader(file))) {
                    String name = String.valueOf(file.getFileName()).replace(".json", "");
                    add(all, name, reader.readObject());
                }
            }
        }
        return all;
    }

    private static void add(List<UsageFixture> all, String name, JsonObject file) {
        ProviderKind kind = ProviderKind.of(file.getString("kind")).orElseThrow();
        JsonObject rates = file.getJsonObject("price");
        Map<Rate, Long> stated = new EnumMap<>(Rate.class);
        Map.of(
                        "input", Rate.INPUT,
                        "cachedInput", Rate.CACHED_INPUT,
                        "cacheWrite", Rate.CACHE_WRITE,
                        "cacheWrite1h", Rate.CACHE_WRITE_1H,
                        "output", Rate.OUTPUT)
                .forEach((member, rate) -> {
                    if (rates.containsKey(member)) {
                        stated.put(rate, rate(rates, member));
                    }
                });
        Price price = new Price("v", Rates.of(stated), List.of(), null, null, null, null, null);
        for (JsonObject json : file.getJsonArray("cases").getValuesAs(JsonObject.class)) {
            all.add(new UsageFixture(name, kind, price, json));
        }
    }

    private static long rate(JsonObject rates, String name) {
        return rates.getJsonNumber(name).longValueExact();
    }

    boolean sse() {
        return json.containsKey("events");
    }

    Operation operation() {
        String wire = json.getString("operation");
        return Stream.of(Operation.values())
                .filter(operation -> operation.wire().equals(wire))
                .findFirst()
                .orElseThrow();
    }

    /** The answer's bytes; an event that is written as a text stands for itself. */
    byte[] answer() {
        return sse()
                ? String.join("", events()).getBytes(StandardCharsets.UTF_8)
                : String.valueOf(json.get("body")).getBytes(StandardCharsets.UTF_8);
    }

    List<String> events() {
        return json.getJsonArray("events").stream().map(UsageFixture::event).toList();
    }

    private static String event(JsonValue event) {
        if (event instanceof JsonString line) {
            return line.getString() + "\n\n";
        }
        String type = ((JsonObject) event).getString("type", "");
        return (type.isEmpty() ? "" : "event: " + type + "\n") + "data: " + event + "\n\n";
    }

    /** A small request that such an answer may be to. */
    Facts request() {
        Operation operation = operation();
        return (Facts)
                (operation.takesForm()
                        ? FormReader.read(operation, Payload.of(FORM.getBytes(StandardCharsets.UTF_8)), "b")
                        : FactsReader.read(
                                operation,
                                Payload.of("{\"model\":\"m\",\"input\":\"hi\",\"max_tokens\":9}"
                                        .getBytes(StandardCharsets.UTF_8))));
    }

    /** What the answer tells; null is nothing that can be used. */
    @Nullable
    Usage usage() {
        if (json.isNull("usage")) {
            return null;
        }
        JsonObject usage = json.getJsonObject("usage");
        UsageDetails details = new UsageDetails(
                count(usage, "audioInput"),
                count(usage, "audioCached"),
                count(usage, "imageInput"),
                count(usage, "audioOutput"),
                count(usage, "imageOutput"),
                count(usage, "webSearches"),
                count(usage, "audioMillis"),
                0,
                usage.containsKey("cost") ? (Long) count(usage, "cost") : null,
                usage.getString("serviceTier", null),
                usage.getBoolean("fast", false));
        return new Usage(
                count(usage, "input"),
                count(usage, "cached"),
                count(usage, "write"),
                count(usage, "write1h"),
                count(usage, "unasked"),
                count(usage, "output"),
                details);
    }

    private static long count(JsonObject usage, String name) {
        return usage.containsKey(name) ? usage.getJsonNumber(name).longValueExact() : 0;
    }

    /** How it is settled, as the settle table calls it. */
    String how() {
        return json.getString("how");
    }

    /** Nano-dollars; null where it cannot be known. */
    @Nullable
    Long cost() {
        return json.isNull("cost") ? null : (Long) json.getJsonNumber("cost").longValueExact();
    }

    @Override
    public String toString() {
        return file + ": " + json.getString("name");
    }
}
