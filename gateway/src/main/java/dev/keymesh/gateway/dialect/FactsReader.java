package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.keymesh.gateway.dialect.Facts.UsageOption;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a request's facts in one strict pass; what is ambiguous is refused, so that what was checked is what is sent. */
public final class FactsReader {
    private static final Set<String> GUARDED = Set.of(
            "model",
            "models",
            "stream",
            "stream_options",
            "max_tokens",
            "max_completion_tokens",
            "n",
            "tools",
            "functions",
            "messages",
            "system",
            "modalities",
            "service_tier",
            "fallbacks",
            "mcp_servers",
            "web_search_options");
    private static final int MODEL_LENGTH = 128;
    private static final int MAX_DEPTH = 64;
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(100)
                    .maxNameLength(10_000)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final byte[] body;
    private final int length;
    private final Set<String> models = new LinkedHashSet<>();
    private final ToolFacts tools;
    private final ContentFacts content = new ContentFacts();
    private @Nullable String model;
    private boolean stream;
    private @Nullable Integer maxTokens;
    private @Nullable Integer maxCompletionTokens;
    private int n = 1;
    private @Nullable String serviceTier;
    private UsageOption usageOption = UsageOption.ABSENT;

    private FactsReader(Shape shape, byte[] body, int length) {
        this.body = body;
        this.length = length;
        tools = new ToolFacts(shape, models);
    }

    /** The facts of the first {@code length} bytes, or a refusal that says what is wrong and where. */
    public static Parsed read(Operation operation, byte[] body, int length) {
        return new FactsReader(operation.shape(), body, length).read();
    }

    private Parsed read() {
        if (!startsAsObject()) {
            return Refusal.invalid(null, "The body is not a JSON object in UTF-8. Send one that starts with '{'.");
        }
        try (JsonParser parser = JSON.createParser(body, 0, length)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                member(parser);
            }
            int end = (int) parser.currentLocation().getByteOffset() - 1;
            if (parser.nextToken() != null) {
                return Refusal.invalid(
                        null,
                        "There is text after the JSON object, at byte " + (end + 1)
                                + ". Send one object and nothing else.");
            }
            return facts(end);
        } catch (Unreadable e) {
            return Refusal.invalid(e.param, e.text);
        } catch (StreamConstraintsException e) {
            return Refusal.invalid(
                    null,
                    "The body goes beyond what is read: at most " + MAX_DEPTH
                            + " levels and numbers of 100 characters.");
        } catch (JsonProcessingException e) {
            return Refusal.invalid(null, "The body is not valid JSON" + where(e) + ".");
        } catch (IOException e) {
            return Refusal.invalid(null, "The body is not valid UTF-8.");
        }
    }

    /** No BOM, no UTF-16 or UTF-32, which the parser would otherwise detect and read. */
    private boolean startsAsObject() {
        int at = 0;
        while (at < length && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t')) {
            at++;
        }
        return at < length && body[at] == '{' && (at + 1 >= length || body[at + 1] != 0) && (at == 0 || body[0] != 0);
    }

    private static String where(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        String duplicate =
                message != null && message.startsWith("Duplicate field") ? ": " + message.toLowerCase(Locale.ROOT) : "";
        return duplicate
                + (e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset());
    }

    private Parsed facts(int end) {
        if (model == null) {
            return Refusal.invalid("model", "'model' is missing. Name the model to call.");
        }
        models.add(model);
        return new Facts(
                model,
                Set.copyOf(models),
                stream,
                maxTokens,
                maxCompletionTokens,
                n,
                List.copyOf(tools.names()),
                content.messages(),
                tools.vendorTools(),
                tools.serverUses(),
                content.modalities(),
                serviceTier,
                content.cacheControl() || tools.cacheControl(),
                content.images(),
                List.copyOf(content.references()),
                usageOption,
                length,
                end);
    }

    private void member(JsonParser parser) throws IOException {
        String name = parser.currentName();
        if (!GUARDED.contains(name)) {
            if (GUARDED.contains(name.toLowerCase(Locale.ROOT))) {
                throw new Unreadable(
                        name,
                        "'" + name + "' is a case variant of '" + name.toLowerCase(Locale.ROOT)
                                + "'. Write it in lower case.");
            }
            parser.nextToken();
            if (name.equals("cache_control")) {
                content.cached();
            }
            parser.skipChildren();
            return;
        }
        JsonToken value = parser.nextToken();
        switch (name) {
            case "model" -> model = modelName(parser, value, "model");
            case "models" -> strings(parser, value, "models", text -> models.add(checkedModel(text, "models")));
            case "stream" -> stream = bool(value, "stream");
            case "max_tokens" -> maxTokens = count(parser, value, "max_tokens");
            case "max_completion_tokens" -> maxCompletionTokens = count(parser, value, "max_completion_tokens");
            case "n" -> {
                Integer count = count(parser, value, "n");
                n = count == null ? 1 : count;
            }
            case "service_tier" -> serviceTier = text(parser, value, "service_tier");
            case "stream_options" -> usageOption = usageOption(parser, value);
            case "tools", "functions" -> tools.read(parser, value, name);
            case "mcp_servers" -> tools.servers(parser, value);
            case "web_search_options" -> {
                tools.webSearch(value);
                parser.skipChildren();
            }
            case "fallbacks" -> fallbacks(parser, value);
            case "modalities" -> strings(parser, value, "modalities", content::modality);
            case "messages", "system" -> content.read(parser, value, name.equals("messages"));
            default -> throw new IllegalStateException(name);
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
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean named = parser.currentName().equals("model");
                JsonToken token = parser.nextToken();
                if (named) {
                    models.add(modelName(parser, token, "fallbacks.model"));
                } else {
                    parser.skipChildren();
                }
            }
        }
    }

    private UsageOption usageOption(JsonParser parser, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            int from = (int) parser.currentTokenLocation().getByteOffset();
            return new UsageOption(UsageOption.State.NULL, from, from + 4);
        }
        if (value != JsonToken.START_OBJECT) {
            throw new Unreadable("stream_options", "'stream_options' must be an object.");
        }
        UsageOption option = null;
        boolean empty = true;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            empty = false;
            boolean usage = parser.currentName().equals("include_usage");
            JsonToken token = parser.nextToken();
            if (usage) {
                boolean on = bool(token, "stream_options.include_usage");
                int from = (int) parser.currentTokenLocation().getByteOffset();
                option = new UsageOption(on ? UsageOption.State.ON : UsageOption.State.OFF, from, from + 5);
            } else {
                parser.skipChildren();
            }
        }
        int close = (int) parser.currentTokenLocation().getByteOffset();
        return option != null
                ? option
                : new UsageOption(empty ? UsageOption.State.EMPTY : UsageOption.State.OTHERS, close, close);
    }

    static boolean bool(JsonToken value, String param) {
        return switch (value) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw new Unreadable(param, "'" + param + "' must be true or false.");
        };
    }

    /** A JSON integer from 1 to 2^31-1; null where JSON says null. Never read as anything else: 1e400 and 2^63 wrap. */
    static @Nullable Integer count(JsonParser parser, JsonToken value, String param) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        if (value == JsonToken.VALUE_NUMBER_INT && parser.getTextLength() <= 10) {
            long number = parser.getLongValue();
            if (number >= 1 && number <= Integer.MAX_VALUE) {
                return (int) number;
            }
        }
        throw new Unreadable(param, "'" + param + "' must be an integer from 1 to 2147483647.");
    }

    static String text(JsonParser parser, JsonToken value, String param) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return "auto";
        }
        if (value != JsonToken.VALUE_STRING) {
            throw new Unreadable(param, "'" + param + "' must be a string.");
        }
        return parser.getText();
    }

    static String modelName(JsonParser parser, JsonToken value, String param) throws IOException {
        if (value != JsonToken.VALUE_STRING) {
            throw new Unreadable(param, "'" + param + "' must be a string.");
        }
        return checkedModel(parser.getText(), param);
    }

    static String checkedModel(String name, String param) {
        boolean good =
                !name.isEmpty() && name.length() <= MODEL_LENGTH && name.chars().allMatch(FactsReader::inModelName);
        if (!good) {
            throw new Unreadable(param, "'" + param + "' must be 1 to 128 characters of A-Z a-z 0-9 . _ : / @ -.");
        }
        return name;
    }

    private static boolean inModelName(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == ':'
                || c == '/'
                || c == '@';
    }

    static void strings(JsonParser parser, JsonToken value, String param, java.util.function.Consumer<String> each)
            throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        if (value != JsonToken.START_ARRAY) {
            throw new Unreadable(param, "'" + param + "' must be a list of strings.");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw new Unreadable(param, "'" + param + "' must be a list of strings.");
            }
            each.accept(parser.getText());
        }
    }

    /** A guarded member that cannot be read. */
    static final class Unreadable extends RuntimeException {
        final String param;
        final String text;

        Unreadable(String param, String text) {
            super(text, null, false, false);
            this.param = param;
            this.text = text;
        }
    }
}
