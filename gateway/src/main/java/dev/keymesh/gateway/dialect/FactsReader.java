package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads a request's facts in one strict pass; what is ambiguous is refused, so that what was checked is what is sent. */
public final class FactsReader {
    private static final MemberNames GUARDED = new MemberNames(
            "model",
            "models",
            "stream",
            "stream_options",
            "max_tokens",
            "max_completion_tokens",
            "max_output_tokens",
            "n",
            "best_of",
            "input",
            "instructions",
            "background",
            "moderation",
            "tools",
            "functions",
            "image",
            "images",
            "mask",
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
            "prompt_cache_options",
            "prompt_embeds",
            "search_parameters");
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

    private final Operation operation;
    private final Payload body;
    private final Map<String, Integer> nulls = new HashMap<>();
    private final ModelFacts models;
    private final OutputFacts output;
    private final ToolFacts tools;
    private final ExtraFacts extras = new ExtraFacts();
    private final ContentFacts content;
    private boolean input;
    private int characters;

    private FactsReader(Operation operation, Payload body) {
        this.operation = operation;
        this.body = body;
        models = new ModelFacts(operation, nulls);
        output = new OutputFacts(operation, nulls);
        tools = new ToolFacts(operation.shape(), models, extras);
        content = new ContentFacts(extras, tools, body);
        if (operation.isMedia()) {
            content.media(MediaFacts.modalities(operation));
        }
    }

    /** The facts, or a refusal that says what is wrong and where. May block where the payload is in a file. */
    public static Parsed read(Operation operation, Payload body) {
        return new FactsReader(operation, body).read();
    }

    private Parsed read() {
        if (!startsAsObject(body)) {
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
    static boolean startsAsObject(Payload body) {
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

    private Facts facts(int end) {
        if (operation == Operation.MODERATIONS && !input) {
            throw new Unreadable("input", "'input' is missing. Send what is to be moderated.");
        }
        return new Facts(
                operation,
                models.primary(),
                models.defaulted(),
                Set.copyOf(models.all()),
                output.stream(),
                output.maxTokens(),
                output.maxCompletionTokens(),
                output.answers(),
                List.copyOf(tools.names()),
                content.messages(),
                tools.vendorTools(),
                tools.serverUses(),
                content.modalities(),
                content.cacheControl() || tools.cacheControl(),
                content.images(),
                List.copyOf(extras.unbounded()),
                extras.references(),
                List.copyOf(extras.unpriced()),
                extras.serviceTier(),
                extras.fast(),
                output.usageOption(),
                Map.copyOf(nulls),
                body.length(),
                body.length(),
                end,
                characters);
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
            case "model", "models", "fallbacks", "moderation" -> models.read(parser, value, name);
            case "stream",
                    "stream_options",
                    "n",
                    "best_of",
                    "max_tokens",
                    "max_completion_tokens",
                    "max_output_tokens" -> output.read(parser, value, name);
            case "tools", "functions" -> tools.read(parser, value, name);
            case "mcp_servers" -> tools.servers(parser, value);
            case "web_search_options" -> {
                tools.webSearch(value);
                parser.skipChildren();
            }
            case "modalities" -> Scalars.strings(parser, value, "modalities", content::asked);
            case "messages", "system" -> content.read(parser, value, name);
            case "cache_control" -> {
                content.cached(value);
                parser.skipChildren();
            }
            case "input", "instructions" -> input(parser, value, name);
            case "prompt" -> prompt(parser, value);
            case "image", "images", "mask" -> images(parser, value);
            case "background" -> background(parser, value);
            default -> extras.read(parser, name, value);
        }
    }

    /** What is answered, embedded, moderated or spoken; other operations know no such member. */
    private void input(JsonParser parser, JsonToken value, String name) throws IOException {
        boolean listed = operation == Operation.EMBEDDINGS || operation == Operation.MODERATIONS;
        if (operation == Operation.RESPONSES) {
            content.items(parser, value, name);
        } else if (listed && name.equals("input")) {
            input = true;
            var _ = content.inputs(parser, value, name);
        } else if (operation == Operation.AUDIO_SPEECH && name.equals("input")) {
            String spoken = Scalars.text(parser, value, name);
            characters = spoken == null ? 0 : spoken.codePointCount(0, spoken.length());
        }
        parser.skipChildren();
    }

    /** Texts to complete; elsewhere a prompt that the provider keeps: what it brings is not in the body. */
    private void prompt(JsonParser parser, JsonToken value) throws IOException {
        if (operation == Operation.COMPLETIONS) {
            output.prompts(content.inputs(parser, value, "prompt"));
        } else if (value != JsonToken.VALUE_NULL && !operation.isMedia()) {
            extras.addUnbounded("prompt");
            if (operation == Operation.RESPONSES) {
                tools.keptPrompt();
                content.keptPrompt();
            }
        }
        parser.skipChildren();
    }

    /** Pictures to edit, each an address, an id or its bytes; other operations know no such member. */
    private void images(JsonParser parser, JsonToken value) throws IOException {
        if (operation != Operation.IMAGES_EDITS || value == JsonToken.VALUE_NULL) {
            parser.skipChildren();
        } else if (value != JsonToken.START_ARRAY) {
            extras.addUnbounded(MediaFacts.IMAGE);
            parser.skipChildren();
        } else {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                extras.addUnbounded(MediaFacts.IMAGE);
                parser.skipChildren();
            }
        }
    }

    private void background(JsonParser parser, JsonToken value) throws IOException {
        boolean asked = operation == Operation.RESPONSES && value != JsonToken.VALUE_NULL;
        if (asked && Scalars.bool(value, "background")) {
            throw new Unreadable(
                    "background",
                    "'background' is not served: the answer would be billed where Keymesh does not see it."
                            + " Leave it out, and set 'stream' where an answer takes long.");
        }
        parser.skipChildren();
    }
}
