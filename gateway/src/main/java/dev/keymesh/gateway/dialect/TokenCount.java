package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** The {@code input_tokens} of a vendor's token count. */
public final class TokenCount {
    private static final JsonFactory JSON = new JsonFactory();

    private TokenCount() {}

    /**
     * The count.
     *
     * @throws IOException when there is none, or none that an input can have
     */
    public static long read(byte[] body) throws IOException {
        try (JsonParser json = JSON.createParser(body)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean count = json.currentName().equals("input_tokens");
                JsonToken value = json.nextToken();
                if (count
                        && value == JsonToken.VALUE_NUMBER_INT
                        && json.getTextLength() <= 10
                        && json.getLongValue() >= 0) {
                    return json.getLongValue();
                }
                json.skipChildren();
            }
        }
        throw new IOException("no count");
    }
}
