package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What models are called, and the ids in a vendor's list of them: {@code data[].id}, in both shapes. */
public final class ModelIds {
    private static final JsonFactory JSON = new JsonFactory();

    private static final int LONGEST = 128;

    private ModelIds() {}

    /** Whether a model can be called so: 1 to 128 characters of {@code A-Z a-z 0-9 . _ : / @ -}. */
    public static boolean isId(String name) {
        return !name.isEmpty() && name.length() <= LONGEST && name.chars().allMatch(ModelIds::inId);
    }

    private static boolean inId(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == ':'
                || c == '/'
                || c == '@';
    }

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
