package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The body of a token count for a message: of the message's members those that Anthropic counts, as they are written. */
public final class CountBody {
    private static final Set<String> COUNTED =
            Set.of("model", "messages", "system", "tools", "tool_choice", "thinking", "cache_control");
    private static final JsonFactory JSON = new JsonFactory();

    private CountBody() {}

    /** That of a request that was read before, by {@link FactsReader}. */
    public static byte[] of(Payload message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(message.length());
        try (JsonParser parser = message.parser(JSON)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                int from = (int) parser.currentTokenLocation().getByteOffset();
                if (value == JsonToken.VALUE_STRING) {
                    parser.finishToken();
                } else {
                    parser.skipChildren();
                }
                if (COUNTED.contains(name) && value != JsonToken.VALUE_NULL) {
                    out.write(out.size() == 0 ? '{' : ',');
                    out.writeBytes(("\"" + name + "\":").getBytes(StandardCharsets.US_ASCII));
                    copy(message, from, (int) parser.currentLocation().getByteOffset(), out);
                }
            }
        }
        out.writeBytes((out.size() == 0 ? "{}" : "}").getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static void copy(Payload from, int start, int end, ByteArrayOutputStream to) {
        for (int i = start; i < end; i++) {
            to.write(from.at(i));
        }
    }
}
