package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The ids in a vendor's list of models: {@code data[].id}, in both shapes. */
public final class ModelIds {
    private static final JsonFactory JSON = new JsonFactory();

    private ModelIds() {}

    /**
     * The ids.
     *
     * @throws IOException when it is no such list
     */
    public static List<String> read(byte[] body) throws IOException {
        try (JsonParser json = JSON.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not an object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean data = json.currentName().equals("data");
                if (json.nextToken() == JsonToken.START_ARRAY && data) {
                    return ids(json);
                }
                json.skipChildren();
            }
        }
        throw new IOException("no data");
    }

    private static List<String> ids(JsonParser json) throws IOException {
        List<String> ids = new ArrayList<>();
        while (json.nextToken() == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean id = json.currentName().equals("id");
                if (json.nextToken() == JsonToken.VALUE_STRING && id) {
                    ids.add(json.getText());
                }
                json.skipChildren();
            }
        }
        return ids;
    }
}
