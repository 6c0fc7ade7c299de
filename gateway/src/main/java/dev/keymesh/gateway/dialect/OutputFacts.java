package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.keymesh.gateway.dialect.Facts.UsageOption;
import dev.keymesh.gateway.price.OutputCap;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How much output a request asks for, and how it is to come. */
final class OutputFacts {
    private static final MemberNames STREAM_OPTIONS = new MemberNames("include_usage");

    private final Operation operation;
    private final Map<String, Integer> nulls;
    private boolean stream;
    private UsageOption usageOption = UsageOption.ABSENT;
    private @Nullable Integer maxTokens;
    private @Nullable Integer maxCompletionTokens;
    private int n = 1;
    private int bestOf = 1;
    private int prompts = 1;

    /**
     * Nothing yet.
     *
     * @param nulls gets the places of the caps that are null
     */
    OutputFacts(Operation operation, Map<String, Integer> nulls) {
        this.operation = operation;
        this.nulls = nulls;
    }

    /** Only output comes as a stream. */
    boolean stream() {
        return stream && operation.outputCap() != OutputCap.NONE;
    }

    UsageOption usageOption() {
        return usageOption;
    }

    @Nullable
    Integer maxTokens() {
        return maxTokens;
    }

    @Nullable
    Integer maxCompletionTokens() {
        return maxCompletionTokens;
    }

    /** Each prompt is answered for itself, and all that are made are billed, though only the best of them are sent. */
    long answers() {
        return (long) prompts * Math.max(n, bestOf);
    }

    void prompts(int count) {
        prompts = count;
    }

    /** {@code stream}, {@code stream_options}, {@code n}, {@code best_of}, or a cap. */
    void read(JsonParser parser, JsonToken value, String member) throws IOException {
        switch (member) {
            case "stream" -> stream = Scalars.bool(value, "stream");
            case "stream_options" -> usageOption = usageOption(parser, value);
            case "n" -> n = answers(parser, value, member);
            case "best_of" -> bestOf = answers(parser, value, member);
            default -> cap(parser, value, member);
        }
    }

    /** A cap counts only under the names that the operation has; under another it is no cap. */
    private void cap(JsonParser parser, JsonToken value, String name) throws IOException {
        Integer cap = Scalars.count(parser, value, name);
        if (cap == null) {
            nulls.put(name, (int) parser.currentTokenLocation().getByteOffset());
        }
        boolean counts = switch (operation.outputCap()) {
            case CHAT, MAX_TOKENS -> name.equals("max_tokens");
            case MAX_OUTPUT_TOKENS -> name.equals("max_output_tokens");
            case MODEL, NONE -> false;
        };
        if (counts) {
            maxTokens = cap;
        } else if (operation.outputCap() == OutputCap.CHAT && name.equals("max_completion_tokens")) {
            maxCompletionTokens = cap;
        }
    }

    private static int answers(JsonParser parser, JsonToken value, String name) throws IOException {
        Integer count = Scalars.count(parser, value, name);
        return count == null ? 1 : count;
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
