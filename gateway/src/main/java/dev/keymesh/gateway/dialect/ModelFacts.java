package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The models that a request names, wherever it names them. */
final class ModelFacts {
    /** What OpenAI moderates with where a request names no model. */
    private static final String DEFAULT_MODERATION = "omni-moderation-latest";

    private static final MemberNames MODEL = new MemberNames("model");

    private final Operation operation;
    private final Map<String, Integer> nulls;
    private final Set<String> all = new LinkedHashSet<>();
    private @Nullable String model;

    /**
     * None yet.
     *
     * @param nulls gets the place of a model that is null
     */
    ModelFacts(Operation operation, Map<String, Integer> nulls) {
        this.operation = operation;
        this.nulls = nulls;
    }

    /** Whether the vendor would choose; what it chooses is then written into the request, for that is what is checked. */
    boolean defaulted() {
        return model == null && operation == Operation.MODERATIONS;
    }

    /** The primary one, once the body is read. */
    String primary() {
        String called = defaulted() ? DEFAULT_MODERATION : model;
        if (called == null) {
            throw new Unreadable("model", "'model' is missing. Name the model to call.");
        }
        all.add(called);
        return called;
    }

    Set<String> all() {
        return all;
    }

    void add(String name) {
        all.add(name);
    }

    /** {@code model}, {@code models}, {@code fallbacks}, or {@code moderation}: a model that looks at what goes in and out. */
    void read(JsonParser parser, JsonToken value, String member) throws IOException {
        switch (member) {
            case "model" -> model(parser, value);
            case "models" -> Scalars.strings(parser, value, member, text -> add(Scalars.checkedModel(text, "models")));
            case "fallbacks" -> fallbacks(parser, value);
            default -> {
                if (value == JsonToken.START_OBJECT) {
                    object(parser, member);
                }
                parser.skipChildren();
            }
        }
    }

    private void model(JsonParser parser, JsonToken value) throws IOException {
        if (operation == Operation.MODERATIONS && value == JsonToken.VALUE_NULL) {
            nulls.put("model", (int) parser.currentTokenLocation().getByteOffset());
        } else {
            model = Scalars.modelName(parser, value, "model");
        }
    }

    private void fallbacks(JsonParser parser, JsonToken value) throws IOException {
        if (value != JsonToken.START_ARRAY) {
            throw new Unreadable(
                    "fallbacks",
                    "'fallbacks' must be a list of objects that name their model: a default chain"
                            + " cannot be checked.");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new Unreadable("fallbacks", "Each of 'fallbacks' must be an object with 'model'.");
            }
            object(parser, "fallbacks");
        }
    }

    private void object(JsonParser parser, String path) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean named = MODEL.has(parser.currentName(), path);
            JsonToken token = parser.nextToken();
            if (named) {
                add(Scalars.modelName(parser, token, path + ".model"));
            } else {
                parser.skipChildren();
            }
        }
    }
}
