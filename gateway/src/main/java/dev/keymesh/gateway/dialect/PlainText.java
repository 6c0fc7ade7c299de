package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The parts of a request that the model reads as the plain text that they are, so that counting their tokens bounds them.
 * What the vendor writes in a form of its own first, such as tools and their arguments, is not among them.
 *
 * @param bytes of the parts, in UTF-8
 */
public record PlainText(long bytes, List<String> parts) {
    private static final Set<String> ROOTS = Set.of("messages", "system", "input", "instructions", "prompt");
    private static final Set<String> TEXTS =
            Set.of("content", "text", "output", "system", "input", "instructions", "prompt");
    private static final Set<String> INNER = Set.of("content", "output");
    /** Counting is linear for text, and worse for what only looks like it. */
    private static final int LONGEST = 256 * 1024;

    private static final JsonFactory JSON = new JsonFactory();

    /** Those of a request that was read before, by {@link FactsReader}. */
    public static PlainText of(Payload body) throws IOException {
        List<String> parts = new ArrayList<>();
        try (JsonParser parser = body.parser(JSON)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (ROOTS.contains(name)) {
                    value(parser, value, name, parts);
                } else {
                    parser.skipChildren();
                }
            }
        }
        long bytes = 0;
        for (String part : parts) {
            bytes += part.getBytes(StandardCharsets.UTF_8).length;
        }
        return new PlainText(bytes, List.copyOf(parts));
    }

    private static void value(JsonParser parser, JsonToken value, String name, List<String> parts) throws IOException {
        switch (value) {
            case VALUE_STRING -> {
                if (TEXTS.contains(name) && parser.getTextLength() <= LONGEST) {
                    parts.add(parser.getText());
                }
            }
            case START_ARRAY -> {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    value(parser, parser.currentToken(), name, parts);
                }
            }
            case START_OBJECT -> object(parser, parts);
            default -> {
                // numbers and literals stay at their bytes
            }
        }
    }

    private static void object(JsonParser parser, List<String> parts) throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_STRING ? name.equals("text") || INNER.contains(name) : INNER.contains(name)) {
                value(parser, value, name, parts);
            } else {
                parser.skipChildren();
            }
        }
    }
}
