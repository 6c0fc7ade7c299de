package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/** The ids of files that the vendor keeps, wherever a request names them: they must be the caller's own. */
public final class FileIds {
    private static final JsonFactory JSON = new JsonFactory();
    /** Data of the caller's, in which a member may have any name. */
    private static final Set<String> OPAQUE = Set.of("arguments", "parameters", "input_schema", "metadata", "schema");

    /** How deep a variable's name stands, below {@code prompt.variables}. */
    private static final int VARIABLE = 3;

    private FileIds() {}

    /** Whether the facts tell of anything that may be named by the id of a file: else there is nothing to look for. */
    public static boolean may(Facts facts) {
        return facts.references().stream().anyMatch(what -> isPicture(facts, what) || isFile(facts, what));
    }

    /** To edit one that is named: a form brings its bytes instead. */
    private static boolean isPicture(Facts facts, String reference) {
        return facts.operation() == Operation.IMAGES_EDITS && reference.equals(MediaFacts.IMAGE);
    }

    private static boolean isFile(Facts facts, String reference) {
        return !facts.operation().takesForm()
                && (reference.contains("file") || reference.startsWith("the tool") || reference.equals("prompt"));
    }

    /** Those of a body that was read before, by {@link FactsReader}. */
    public static Set<String> of(Payload body) throws IOException {
        Set<String> ids = new LinkedHashSet<>();
        try (JsonParser parser = body.parser(JSON)) {
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                switch (token) {
                    case START_OBJECT, START_ARRAY -> depth++;
                    case END_OBJECT, END_ARRAY -> depth--;
                    case FIELD_NAME -> member(parser, depth, ids);
                    default -> {
                        // within a list: no member's value
                    }
                }
            }
        }
        return ids;
    }

    /** The value of a member is read here where it is a name or nothing of interest; else the walk goes into it. */
    private static void member(JsonParser parser, int depth, Set<String> ids) throws IOException {
        String name = parser.currentName();
        if (depth == VARIABLE && isVariable(parser.getParsingContext())) {
            return;
        }
        // What a tool was called with; at the top it is what a response answers.
        if (OPAQUE.contains(name) || (name.equals("input") && depth > 1)) {
            parser.nextToken();
            parser.skipChildren();
        } else if (name.equals("file_id")) {
            text(parser, parser.nextToken(), ids);
            parser.skipChildren();
        } else if (name.equals("file_ids")) {
            if (parser.nextToken() == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    text(parser, parser.currentToken(), ids);
                    parser.skipChildren();
                }
            } else {
                parser.skipChildren();
            }
        }
    }

    /** What goes into a prompt that the provider keeps: its name is the prompt's, and says nothing of what it is. */
    private static boolean isVariable(JsonStreamContext variables) {
        JsonStreamContext prompt = variables.getParent();
        return "variables".equals(prompt.getCurrentName())
                && "prompt".equals(prompt.getParent().getCurrentName());
    }

    private static void text(JsonParser parser, JsonToken value, Set<String> ids) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            ids.add(parser.getText());
        }
    }
}
