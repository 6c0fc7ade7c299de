package dev.keymesh.server.cli;

import jakarta.json.Json;
import jakarta.json.JsonConfig;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonParsingException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;

/** A client's settings in JSON, changed member by member; all other members stay as they are, in their order. */
final class JsonSettings {
    private final String before;
    private final JsonObject root;
    private final boolean changed;

    private JsonSettings(String before, JsonObject root, boolean changed) {
        this.before = before;
        this.root = root;
        this.changed = changed;
    }

    /**
     * Reads a file's text.
     *
     * @throws UnreadableSettings where it is no JSON: comments would be lost
     */
    static JsonSettings parse(String text) {
        if (text.isBlank()) {
            return new JsonSettings(text, JsonValue.EMPTY_JSON_OBJECT, true);
        }
        Map<String, ?> strict = Map.of(JsonConfig.KEY_STRATEGY, JsonConfig.KeyStrategy.NONE);
        try (var reader = Json.createReaderFactory(strict).createReader(new StringReader(text))) {
            return new JsonSettings(text, reader.readObject(), false);
        } catch (JsonParsingException e) {
            throw new UnreadableSettings("line " + e.getLocation().getLineNumber()
                    + " is not plain JSON. Comments and trailing commas would be lost; take them out");
        } catch (JsonException e) {
            throw new UnreadableSettings("it is no JSON object, or has a member twice");
        }
    }

    JsonSettings with(List<String> path, String value) {
        JsonObject next = with(root, path, value);
        return new JsonSettings(before, next, changed || !next.equals(root));
    }

    private static JsonObject with(JsonObject object, List<String> path, String value) {
        JsonObjectBuilder changed = Json.createObjectBuilder(object);
        String name = path.getFirst();
        if (path.size() == 1) {
            return changed.add(name, value).build();
        }
        JsonValue inner = object.getOrDefault(name, JsonValue.EMPTY_JSON_OBJECT);
        if (!(inner instanceof JsonObject members)) {
            throw new UnreadableSettings("its member \"" + name + "\" is no JSON object");
        }
        return changed.add(name, with(members, path.subList(1, path.size()), value))
                .build();
    }

    /** The text as it was where nothing has changed: its owner's layout stays. */
    String text() {
        if (!changed) {
            return before;
        }
        StringWriter text = new StringWriter();
        try (var writer = Json.createWriterFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true))
                .createWriter(text)) {
            writer.writeObject(root);
        }
        return text.toString().strip() + "\n";
    }
}
