package dev.keymesh.server.mcp;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParserFactory;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * One JSON text, read strictly: UTF-8, one value, no name twice, at most 100 levels. What two readers could read
 * differently is refused.
 */
public final class JsonText {
    private static final int MAX_DEPTH = 100;

    // Immutable and safe for many threads.
    private static final JsonParserFactory PARSERS =
            Json.createParserFactory(Map.of("org.eclipse.parsson.maxDepth", MAX_DEPTH));

    private JsonText() {}

    /**
     * Reads bytes.
     *
     * @throws JsonException with a reason that can be told
     */
    public static JsonValue read(byte[] utf8) {
        try {
            return read(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new JsonException("it is not UTF-8");
        }
    }

    /** Reads a text, as {@link #read(byte[])}. */
    public static JsonValue read(String text) {
        try (JsonParser parser = PARSERS.createParser(new StringReader(text))) {
            JsonValue value = value(parser, parser.next());
            // Asked for what follows the value, the parser refuses what it finds.
            if (parser.hasNext()) {
                throw new JsonException("text follows the value");
            }
            return value;
        } catch (JsonException e) {
            throw e;
        } catch (RuntimeException e) {
            // The parser's own limits come as plain exceptions.
            throw new JsonException("it is nested too deep, or holds a number that is too long", e);
        }
    }

    /**
     * Reads an object, as {@link #read(byte[])}.
     *
     * @throws JsonException when it is another value too
     */
    public static JsonObject object(String text) {
        if (read(text) instanceof JsonObject object) {
            return object;
        }
        throw new JsonException("it is not an object");
    }

    private static JsonValue value(JsonParser parser, JsonParser.Event event) {
        return switch (event) {
            case START_OBJECT -> members(parser);
            case START_ARRAY -> items(parser);
            default -> parser.getValue();
        };
    }

    private static JsonObject members(JsonParser parser) {
        JsonObjectBuilder object = Json.createObjectBuilder();
        Set<String> names = new HashSet<>();
        for (var event = parser.next(); event != JsonParser.Event.END_OBJECT; event = parser.next()) {
            String name = parser.getString();
            if (!names.add(name)) {
                throw new JsonException("an object has a name twice");
            }
            object.add(name, value(parser, parser.next()));
        }
        return object.build();
    }

    private static JsonValue items(JsonParser parser) {
        JsonArrayBuilder array = Json.createArrayBuilder();
        for (var event = parser.next(); event != JsonParser.Event.END_ARRAY; event = parser.next()) {
            array.add(value(parser, event));
        }
        return array.build();
    }
}
