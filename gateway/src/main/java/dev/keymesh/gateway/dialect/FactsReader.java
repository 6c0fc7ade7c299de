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
import dev.keymesh.gateway.provider.Shape;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a request's facts in one strict pass; what is ambiguous is refused, so that what was checked is what is sent. */
public final class FactsReader {
    private static final MemberNames GUARDED = new MemberNames(
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
            "fallbacks",
            "mcp_servers",
            "web_search_options",
            "cache_control",
            "audio",
            "inference_geo",
            "service_tier",
            "speed",
            "container",
            "context_management",
            "conversation",
            "plugins",
            "prediction",
            "preset",
            "previous_response_id",
            "prompt",
            "search_parameters");
    private static final MemberNames FALLBACK = new MemberNames("model");
    private static final MemberNames STREAM_OPTIONS = new MemberNames("include_usage");
    private static final int MAX_DEPTH = 64;
    /** Of a text that is read; what is only passed on is as long as the body allows. */
    private static final int MAX_TEXT = 100_000;
    /** Each name of an object is remembered while it is read, to find it twice. */
    private static final int MAX_TOKENS = 500_000;

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(100)
                    .maxNameLength(10_000)
                    .maxStringLength(MAX_TEXT)
                    .maxTokenCount(MAX_TOKENS)
                    .build())
            .build();

    private final Payload body;
    private final Set<String> models = new LinkedHashSet<>();
    private final ToolFacts tools;
    private final ExtraFacts extras = new ExtraFacts();
    private final ContentFacts content;
    private final Map<String, Integer> nullCaps = new HashMap<>();
    private @Nullable String model;
    private boolean stream;
    private @Nullable Integer maxTokens;
    private @Nullable Integer maxCompletionTokens;
    private int n = 1;
    private UsageOption usageOption = UsageOption.ABSENT;

    private FactsReader(Shape shape, Payload body) {
        this.body = body;
        content = new ContentFacts(extras, body);
        tools = new ToolFacts(shape, models, extras);
    }

    /** The facts, or a refusal that says what is wrong and where. May block where the payload is in a file. */
    public static Parsed read(Operation operation, Payload body) {
        return new FactsReader(operation.shape(), body).read();
    }

    private Parsed read() {
        if (!startsAsObject()) {
            return Refusal.invalid(null, "The body is not a JSON object in UTF-8. Send one that starts with '{'.");
        }
        try (JsonParser parser = body.parser(JSON)) {
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
                    "The body goes beyond what is read: at most " + MAX_DEPTH + " levels, " + MAX_TOKENS
                            + " JSON tokens, and numbers of 100 characters.");
        } catch (JsonProcessingException e) {
            return Refusal.invalid(null, "The body is not valid JSON" + where(e) + ".");
        } catch (IOException e) {
            return Refusal.invalid(null, "The body is not valid UTF-8.");
        }
    }

    /** No BOM, no UTF-16 or UTF-32, which the parser would otherwise detect and read. */
    private boolean startsAsObject() {
        int length = body.length();
        int at = 0;
        while (at < length && isSpace(body.at(at))) {
            at++;
        }
        return at < length
                && body.at(at) == '{'
                && (at + 1 >= length || body.at(at + 1) != 0)
                && (at == 0 || body.at(0) != 0);
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
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
                content.cacheControl() || tools.cacheControl(),
                content.images(),
                List.copyOf(extras.unbounded()),
                List.copyOf(extras.unpriced()),
                usageOption,
                Map.copyOf(nullCaps),
                body.length(),
                end);
    }

    private void member(JsonParser parser) throws IOException {
        String name = parser.currentName();
        if (!GUARDED.has(name, "")) {
            parser.nextToken();
            parser.skipChildren();
            return;
        }
        JsonToken value = parser.nextToken();
        switch (name) {
            case "model" -> model = Scalars.modelName(parser, value, "model");
            case "models" ->
                Scalars.strings(parser, value, "models", text -> models.add(Scalars.checkedModel(text, "models")));
            case "stream" -> stream = Scalars.bool(value, "stream");
            case "max_tokens" -> maxTokens = cap(parser, value, name);
            case "max_completion_tokens" -> maxCompletionTokens = cap(parser, value, name);
            case "n" -> {
                Integer count = Scalars.count(parser, value, "n");
                n = count == null ? 1 : count;
            }
            case "stream_options" -> usageOption = usageOption(parser, value);
            case "tools", "functions" -> tools.read(parser, value, name);
            case "mcp_servers" -> tools.servers(parser, value);
            case "web_search_options" -> {
                tools.webSearch(value);
                parser.skipChildren();
            }
            case "fallbacks" -> fallbacks(parser, value);
            case "modalities" -> Scalars.strings(parser, value, "modalities", content::asked);
            case "messages", "system" -> content.read(parser, value, name);
            case "cache_control" -> {
                content.cached(value);
                parser.skipChildren();
            }
            default -> extras.read(parser, name, value);
        }
    }

    private @Nullable Integer cap(JsonParser parser, JsonToken value, String name) throws IOException {
        Integer cap = Scalars.count(parser, value, name);
        if (cap == null) {
            nullCaps.put(name, (int) parser.currentTokenLocation().getByteOffset());
        }
        return cap;
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
                boolean named = FALLBACK.has(parser.currentName(), "fallbacks");
                JsonToken token = parser.nextToken();
                if (named) {
                    models.add(Scalars.modelName(parser, token, "fallbacks.model"));
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
            boolean usage = STREAM_OPTIONS.has(parser.currentName(), "stream_options");
            JsonToken token = parser.nextToken();
            if (usage) {
                boolean on = Scalars.bool(token, "stream_options.include_usage");
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
}
