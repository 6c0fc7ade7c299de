package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What an answer calls itself: the model that made it, its id, and why it ended. Each is a provider's word, cut. */
public final class AnswerNames {
    private static final int LONGEST = 100;

    private @Nullable String model;
    private @Nullable String id;
    private @Nullable String finish;

    /** The model that answered, which may be a dated one where an alias was asked for. */
    public @Nullable String model() {
        return model;
    }

    public @Nullable String id() {
        return id;
    }

    /** Why the output ended, in the provider's own word, as in {@code stop} or {@code end_turn}. */
    public @Nullable String finish() {
        return finish;
    }

    /** Takes in a text that is a member of the answer itself; the first of each stays. */
    void member(String name, JsonParser parser) throws IOException {
        switch (name) {
            case "model" -> model = model == null ? cut(parser) : model;
            case "id" -> id = id == null ? cut(parser) : id;
            case "stop_reason" -> finished(parser);
            default -> {
                // another member
            }
        }
    }

    void finished(JsonParser parser) throws IOException {
        finish = finish == null ? cut(parser) : finish;
    }

    private static String cut(JsonParser parser) throws IOException {
        String text = parser.getText();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }
}
