package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Follows one JSON document of an answer, token by token: a whole body, or the data of one event. Knows usage, how much
 * text was relayed, and how the document calls itself.
 */
final class AnswerReader {
    private static final int DEPTH = 8;

    private final @Nullable String[] path = new String[DEPTH];
    private final boolean[] array = new boolean[DEPTH + 1];
    private int depth;
    private final Counts counts;
    private long textBytes;
    private boolean choices;
    private boolean choicesEmpty = true;
    private boolean usageHere;
    private @Nullable String type;
    private boolean ended;

    AnswerReader(Counts counts) {
        this.counts = counts;
    }

    /** Starts the next document; the counts go on. */
    void reset() {
        depth = 0;
        textBytes = 0;
        choices = false;
        choicesEmpty = true;
        usageHere = false;
        type = null;
        ended = false;
    }

    long textBytes() {
        return textBytes;
    }

    @Nullable
    String type() {
        return type;
    }

    boolean ended() {
        return ended;
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
            default -> {
                // true, false, null: nothing is counted by them
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
        }
        if (depth == 2 && token == JsonToken.START_ARRAY && "choices".equals(at(0))) {
            choices = true;
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

    /** How many names deep the usage object is here, or -1: {@code usage}, {@code message.usage}. */
    private int usageDepth() {
        if ("usage".equals(at(0))) {
            return 1;
        }
        return "message".equals(at(0)) && "usage".equals(at(1)) ? 2 : -1;
    }

    private void string(JsonParser parser) throws IOException {
        if (depth == 1 && "type".equals(at(0))) {
            type = parser.getText();
        } else if (relayed()) {
            textBytes += utf8(parser);
        } else if (usageDepth() > 0) {
            counts.mistyped(at(usageDepth()));
        }
    }

    /** Text under {@code choices[].delta} or Anthropic's {@code delta}. */
    private boolean relayed() {
        for (int i = 0; i < Math.min(depth, DEPTH); i++) {
            if ("delta".equals(path[i])) {
                String last = at(Math.min(depth, DEPTH) - 1);
                return !"type".equals(last)
                        && !"role".equals(last)
                        && !"id".equals(last)
                        && !"stop_reason".equals(last);
            }
        }
        return false;
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
        int at = usageDepth();
        if (at < 0 || depth <= at) {
            return;
        }
        boolean whole =
                token == JsonToken.VALUE_NUMBER_INT && parser.getTextLength() <= 18 && parser.getLongValue() >= 0;
        String name = at(at);
        String inner = depth > at + 1 ? at(at + 1) : null;
        if (whole) {
            counts.number(name, inner, parser.getLongValue());
        } else {
            counts.mistyped(name);
        }
    }
}
