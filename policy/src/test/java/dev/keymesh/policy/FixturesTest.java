package dev.keymesh.policy;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonStructure;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The fixtures that opa tests the sources with, through the compiled policy. */
class FixturesTest {
    private static final Path REGO = Path.of("../rego");

    @Test
    void everyFixtureIsDecidedAsTheSourcesDecideIt() throws Exception {
        try (Evaluator evaluator = new Evaluator()) {
            for (var fixture : fixtures().entrySet()) {
                JsonObject expected = fixture.getValue().asJsonObject().getJsonObject("expected");
                Decision decision =
                        evaluator.decide(bytes(fixture.getValue().asJsonObject().getJsonObject("input")), "p", "c");
                assertThat(decision.allowed()).as(fixture.getKey()).isEqualTo(expected.getBoolean("allow"));
                assertThat(decision.reasons())
                        .as(fixture.getKey())
                        .isEqualTo(reasons(expected.getJsonArray("reasons")));
                assertThat(
                                decision.capOutput().isPresent()
                                        ? decision.capOutput().getAsInt()
                                        : -1)
                        .as(fixture.getKey())
                        .isEqualTo(expected.isNull("cap") ? -1 : expected.getInt("cap"));
            }
        }
    }

    @Test
    void noFieldThatMattersCanBeLostOrMistypedAndStillAllow() throws Exception {
        Set<String> allowed = new TreeSet<>();
        List<JsonValue> mistyped = List.of(
                JsonValue.NULL,
                Json.createValue("x"),
                Json.createValue(7),
                JsonValue.TRUE,
                JsonValue.FALSE,
                JsonValue.EMPTY_JSON_OBJECT,
                JsonValue.EMPTY_JSON_ARRAY);
        int mutants = 0;
        try (Evaluator evaluator = new Evaluator()) {
            for (String name :
                    List.of("an allowed model, tool, modality and cap", "a tool call", "a key within the chain")) {
                JsonObject input = fixtures().getJsonObject(name).getJsonObject("input");
                for (String pointer : pointers(input)) {
                    List<@Nullable JsonValue> others = new ArrayList<>(mistyped);
                    others.addFirst(null);
                    JsonValue original = Json.createPointer(pointer).getValue(input);
                    for (JsonValue other : others) {
                        if (other != null && type(other) == type(original)) {
                            continue;
                        }
                        JsonStructure mutant = other == null
                                ? Json.createPointer(pointer).remove(input)
                                : Json.createPointer(pointer).replace(input, other);
                        mutants++;
                        if (evaluator.decide(bytes(mutant), "p", "c").allowed()) {
                            allowed.add(general(pointer) + (other == null ? " removed" : " = " + other));
                        }
                    }
                }
            }
        }
        assertThat(mutants).isGreaterThan(500);
        allowed.removeIf(StillAllowed::unread);
        assertThat(allowed).isEqualTo(StillAllowed.mutants());
    }

    @Test
    void theBundleIsBuiltFromTheSourcesThatAreHere() throws Exception {
        List<String> lock = Files.readAllLines(REGO.resolve("bundle/policy.lock"));
        List<String> sources = new ArrayList<>();
        try (var files = Files.walk(REGO.resolve("src"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".rego"))
                    .sorted()
                    .toList()) {
                sources.add(sha256(file) + "  " + REGO.relativize(file));
            }
        }
        sources.add(sha256(REGO.resolve("bundle/policy.wasm")) + "  bundle/policy.wasm");
        assertThat(lock.subList(1, lock.size()))
                .as("a .rego file changed: run rego/build")
                .containsExactlyElementsOf(sources);
    }

    /** True and false are of one type. */
    private static JsonValue.ValueType type(JsonValue value) {
        JsonValue.ValueType type = value.getValueType();
        return type == JsonValue.ValueType.FALSE ? JsonValue.ValueType.TRUE : type;
    }

    /** Every place in a document, outermost first. */
    private static List<String> pointers(JsonValue value) {
        List<String> found = new ArrayList<>();
        collect(value, "", found);
        return found;
    }

    private static void collect(JsonValue value, String at, List<String> found) {
        if (value instanceof JsonObject object) {
            object.forEach((name, inner) -> {
                String pointer = at + "/" + Json.encodePointer(name);
                found.add(pointer);
                collect(inner, pointer, found);
            });
        } else if (value instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                found.add(at + "/" + i);
                collect(array.get(i), at + "/" + i, found);
            }
        }
    }

    /** The same place in every grant. */
    private static String general(String pointer) {
        return pointer.replaceAll("/\\d+", "/*").replaceAll("/exact/.+", "/exact/*");
    }

    private static List<Reason> reasons(JsonArray reasons) {
        return reasons.stream()
                .map(JsonValue::asJsonObject)
                .map(reason -> new Reason(
                        reason.getString("code"),
                        reason.get("value") instanceof JsonString text ? text.getString() : null))
                .toList();
    }

    private static JsonObject fixtures() throws Exception {
        try (var reader = Json.createReader(Files.newInputStream(REGO.resolve("fixtures/decisions.json")))) {
            return reader.readObject().getJsonObject("fixtures");
        }
    }

    private static byte[] bytes(JsonValue value) {
        return value.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(Path file) throws Exception {
        return java.util.HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
