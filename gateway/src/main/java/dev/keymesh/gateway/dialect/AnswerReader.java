package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows one JSON document of an answer, token by token: a whole body, or the data of one event. Knows usage, how much
 * text was relayed, and how the document calls itself.
 */
final class AnswerReader {
    private static final int DEPTH = 8;
    /** Members of a delta or of an item that are no output. */
    private static final Set<String> LABELS =
            Set.of("type", "role", "id", "stop_reason", "status", "call_id", "phase", "encrypted_content");

    /** What a usage object stands in; the last is Groq's, in the last chunk of a stream. */
    private static final Set<String> HOLDERS = Set.of("message", "response", "x_groq");

    private final @Nullable String[] path = new String[DEPTH];
    private final boolean[] array = new boolean[DEPTH + 1];
    private int depth;
    private final Counts counts;
    private final AnswerNames names = new AnswerNames();
    private long textBytes;
    private long itemBytes;
    private long sequence = -1;
    private boolean choices;
    private boolean choicesEmpty = true;
    private boolean usageHere;
    private long searches;
    private @Nullable String type;
    private boolean ended;

    AnswerReader(Counts counts) {
        this.counts = counts;
    }

    /** Starts the next document; the counts go on. */
    void reset() {
        depth = 0;
        textBytes = 0;
        itemBytes = 0;
        choices = false;
        choicesEmpty = true;
        usageHere = false;
        searches = 0;
        type = null;
        ended = false;
    }

    long textBytes() {
        return textBytes;
    }

    /** Text of the item that an event of a response tells of. */
    long itemBytes() {
        return itemBytes;
    }

    /** The number of the last event that had one; -1 is none yet. */
    long sequence() {
        return sequence;
    }

    @Nullable
    String type() {
        return type;
    }

    boolean ended() {
        return ended;
    }

    AnswerNames names() {
        return names;
    }

    /** A chunk that carries nothing but the usage. */
    boolean usageOnly() {
        return usageHere && choices && choicesEmpty;
    }

    void accept(JsonToken token, JsonParser parser) throws IOException {
        switch (token) {
            case START_OBJECT, START_ARRAY -> open(token);
            case END_OBJECT, END_ARRAY -> {
                depth--;
                ended = depth == 0;
            }
            case FIELD_NAME -> name(parser.currentName());
            case VALUE_STRING -> string(parser);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(token, parser);
            case VALUE_TRUE, VALUE_FALSE -> {
                if (inUsage()) {
                    counts.flag(place(), token == JsonToken.VALUE_TRUE);
                }
            }
            default -> {
                // null: nothing is said
            }
        }
    }

    private void open(JsonToken token) {
        if (depth == 2 && choices && "choices".equals(at(0)) && array[2]) {
            choicesEmpty = false;
        }
        depth++;
        if (depth <= DEPTH) {
            array[depth] = token == JsonToken.START_ARRAY;
            if (array[depth]) {
                set(depth - 1, null);
            }
        }
        if (token == JsonToken.START_OBJECT && usageDepth() == depth - 1) {
            usageHere = true;
            counts.begin();
        } else if (token == JsonToken.START_ARRAY && usageDepth() == depth - 2 && depth >= 3) {
            openInUsage();
        }
        if (depth == 2 && token == JsonToken.START_ARRAY && "choices".equals(at(0))) {
            choices = true;
        }
    }

    private void openInUsage() {
        if (Counts.ITERATIONS.equals(at(depth - 2))) {
            counts.beginIterations();
        }
    }

    private void name(String name) {
        set(depth - 1, name);
    }

    private void set(int index, @Nullable String name) {
        if (index >= 0 && index < DEPTH) {
            path[index] = name;
        }
    }

    private @Nullable String at(int index) {
        return index >= 0 && index < DEPTH && index < depth ? path[index] : null;
    }

    /** How many names deep the usage object is here, or -1: at the top, or in one of those that hold it. */
    private int usageDepth() {
        if ("usage".equals(at(0))) {
            return 1;
        }
        String holder = at(0);
        return "usage".equals(at(1)) && holder != null && HOLDERS.contains(holder) ? 2 : -1;
    }

    private boolean inUsage() {
        int from = usageDepth();
        return from > 0 && depth > from && depth <= DEPTH;
    }

    /** Where we are below the usage object; in a list that is none of ours it is nowhere, which is empty. */
    private String place() {
        int from = usageDepth();
        String first = at(from);
        if (depth == from + 1 && first != null) {
            return first;
        }
        StringBuilder place = new StringBuilder();
        for (int i = from; i < depth; i++) {
            String name = at(i);
            if (name == null && !Counts.ITERATIONS.equals(first)) {
                return "";
            }
            if (name != null) {
                place.append(place.isEmpty() ? "" : ".").append(name);
            }
        }
        return place.toString();
    }

    private void string(JsonParser parser) throws IOException {
        String first = at(0);
        if (depth == 1 && "type".equals(first)) {
            type = parser.getText();
        } else if (depth == 3 && "choices".equals(first) && "finish_reason".equals(at(2))) {
            names.finished(parser);
        } else if (relayed()) {
            textBytes += utf8(parser);
        } else if ("item".equals(at(0)) && isText()) {
            itemBytes += utf8(parser);
        } else if (inUsage()) {
            counts.text(place(), parser.getText());
        } else if (isServiceTier()) {
            counts.serviceTier(parser.getText());
        } else if (isTypeOfOutput() && parser.getText().equals("web_search_call")) {
            counts.searchItems(++searches);
        } else {
            named(parser);
        }
    }

    /** Members of the answer itself, which an event of a stream may hold; Anthropic ends one in a delta. */
    private void named(JsonParser parser) throws IOException {
        String holder = at(0);
        String inner = at(1);
        if (depth == 1 && holder != null) {
            names.member(holder, parser);
        } else if (depth == 2 && inner != null && ("message".equals(holder) || "response".equals(holder))) {
            names.member(inner, parser);
        } else if (depth == 2 && "delta".equals(holder) && "stop_reason".equals(inner)) {
            names.finished(parser);
        }
    }

    /** OpenAI says it beside the usage. */
    private boolean isServiceTier() {
        return depth == 1
                ? "service_tier".equals(at(0))
                : depth == 2 && "response".equals(at(0)) && "service_tier".equals(at(1));
    }

    /** Of an item of a response; each of its searches is billed by itself. */
    private boolean isTypeOfOutput() {
        int output = "response".equals(at(0)) ? 1 : 0;
        return depth == output + 3 && "output".equals(at(output)) && "type".equals(at(output + 2));
    }

    /** Text that is {@code delta}, or under it, at the top or in {@code choices[]}; or {@code choices[].text}. */
    private boolean relayed() {
        if ("choices".equals(at(0))) {
            return "delta".equals(at(2)) ? isText() : depth == 3 && "text".equals(at(2));
        }
        return "delta".equals(at(0)) && isText();
    }

    /** What the model made, by the name of the member: no label, and nothing that is sealed. */
    private boolean isText() {
        String last = at(Math.min(depth, DEPTH) - 1);
        return last == null || !LABELS.contains(last);
    }

    private static long utf8(JsonParser parser) throws IOException {
        char[] chars = parser.getTextCharacters();
        int from = parser.getTextOffset();
        int to = from + parser.getTextLength();
        long bytes = 0;
        for (int i = from; i < to; i++) {
            char c = chars[i];
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }

    private void number(JsonToken token, JsonParser parser) throws IOException {
        if (depth == 1 && "sequence_number".equals(at(0)) && token == JsonToken.VALUE_NUMBER_INT) {
            sequence = parser.getTextLength() <= 18 ? parser.getLongValue() : sequence;
            return;
        }
        if (inUsage()) {
            counts.number(place(), parser.getText(), token == JsonToken.VALUE_NUMBER_INT);
        }
    }
}
