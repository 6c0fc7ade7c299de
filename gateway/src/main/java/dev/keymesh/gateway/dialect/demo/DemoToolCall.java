package dev.keymesh.gateway.dialect.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.keymesh.gateway.dialect.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A tool that the last message of a chat tells the demo to call: {@code call NAME} or {@code call NAME {...}}. Like a
 * model it may name a tool that it was not offered.
 *
 * @param arguments JSON
 */
record DemoToolCall(String name, String arguments) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Pattern TOLD = Pattern.compile("call ([A-Za-z0-9._-]{1,64})(?: (\\{.*}))?", Pattern.DOTALL);

    static @Nullable DemoToolCall in(Payload body) {
        String said = lastOfUser(body);
        Matcher told = TOLD.matcher(said == null ? "" : said.strip());
        return told.matches() ? new DemoToolCall(told.group(1), told.group(2) == null ? "{}" : told.group(2)) : null;
    }

    /** The text of the last message, where it is the user's. */
    private static @Nullable String lastOfUser(Payload body) {
        try (JsonParser json = body.parser(JSON)) {
            json.nextToken();
            String last = null;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean messages = json.currentName().equals("messages");
                if (json.nextToken() == JsonToken.START_ARRAY && messages) {
                    while (json.nextToken() == JsonToken.START_OBJECT) {
                        last = ofUser(json);
                    }
                } else {
                    json.skipChildren();
                }
            }
            return last;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable String ofUser(JsonParser json) throws IOException {
        String content = null;
        boolean user = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String member = json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.VALUE_STRING) {
                user |= member.equals("role") && json.getText().equals("user");
                content = member.equals("content") ? json.getText() : content;
            } else {
                json.skipChildren();
            }
        }
        return user ? content : null;
    }
}
