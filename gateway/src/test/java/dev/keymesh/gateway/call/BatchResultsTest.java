package dev.keymesh.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymesh.gateway.dialect.BatchResults;
import dev.keymesh.gateway.dialect.Operation;
import dev.keymesh.gateway.price.Price;
import dev.keymesh.gateway.price.ProviderKind;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the results of a batch are read as and cost: the files of {@code batch} beside this package, each case by name. */
class BatchResultsTest {
    record Case(JsonObject file, JsonObject json) {
        @Override
        public String toString() {
            return file.getString("kind") + ": " + json.getString("name");
        }
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (String name : List.of("openai", "anthropic")) {
            String path = "/dev/keymesh/gateway/batch/" + name + ".json";
            try (JsonReader reader =
                    Json.createReader(Objects.requireNonNull(BatchResultsTest.class.getResourceAsStream(path)))) {
                JsonObject file = reader.readObject();
                file.getJsonArray("cases")
                        .getValuesAs(JsonObject.class)
                        .forEach(json -> cases.add(new Case(file, json)));
            }
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void resultsCostWhatIsWorkedOutByHand(Case one) throws IOException {
        JsonObject json = one.json;
        Price price = Price.of("v", one.file.getString("price"));
        BatchPart part = new BatchPart("m", "req_1", 0, 0, price, Instant.EPOCH);
        BatchTally tally = new BatchTally(List.of(part));
        assertThat(read(one, tally)).isEqualTo(json.getInt("answered"));
        if (json.getInt("answered") >= 0) {
            assertThat(tally.of(part))
                    .isEqualTo(new BatchTally.Sum(
                            json.getInt("input"),
                            json.getInt("cached"),
                            json.getInt("output"),
                            json.getJsonNumber("cost").longValueExact()));
        }
    }

    private static long read(Case one, BatchTally tally) throws IOException {
        String lines = one.json.getJsonArray("lines").stream()
                .map(line -> line instanceof JsonString text ? text.getString() : line.toString())
                .collect(Collectors.joining("\n"));
        Operation operation = Stream.of(Operation.values())
                .filter(found -> found.wire().equals(one.json.getString("operation")))
                .findFirst()
                .orElseThrow();
        return BatchResults.read(
                new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)),
                operation,
                ProviderKind.of(one.file.getString("kind")).orElseThrow(),
                tally);
    }

    @Test
    void anAnswerIsOfTheModelThatItNamesOrOfTheDearest() {
        BatchPart small = part("claude-x", "1");
        BatchPart large = part("claude-x-large", "5");
        BatchTally tally = new BatchTally(List.of(small, large));
        var usage = new dev.keymesh.gateway.price.Usage(1_000_000, 0, 0, 0, 0, 0);
        tally.answered("claude-x-large-20260101", usage);
        tally.answered("claude-x-20260101", usage);
        tally.answered("another", usage);
        assertThat(tally.of(small).cost()).isEqualTo(1_000_000_000);
        assertThat(tally.of(large).cost()).isEqualTo(10_000_000_000L);
    }

    private static BatchPart part(String model, String input) {
        return new BatchPart(model, "req_" + model, 0, 0, Price.of("v", "input=" + input + " output=0"), Instant.EPOCH);
    }
}
