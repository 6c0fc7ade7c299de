package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says of a file or a batch that a provider keeps.
 *
 * @param status of a batch, in the vendor's word; empty where none is told
 * @param outputFile the id of the file with the results of OpenAI's; null is none
 * @param errorFile the id of the file with its failures; null is none
 * @param answered how many requests of a batch had an answer
 * @param hasResults whether there is an address of results of Anthropic's
 * @param from offset of the object in what was read
 * @param to offset after it
 * @param toEdit where the address of the results stands, with what a caller of ours must read there instead
 */
public record KeptObject(
        String id,
        String status,
        @Nullable String outputFile,
        @Nullable String errorFile,
        long answered,
        boolean hasResults,
        int from,
        int to,
        List<Payload.Edit> toEdit) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");
    private static final Set<String> ENDED = Set.of("completed", "failed", "expired", "cancelled", "ended");

    /** Whether nothing more will be done for a batch. */
    public boolean ended() {
        return ENDED.contains(status);
    }

    /** Reads a whole answer. */
    public static KeptObject read(byte[] json) throws IOException {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not an object");
            }
            KeptObject object = new Reader(parser).object();
            if (object.id.isEmpty()) {
                throw new IOException("an object without an id");
            }
            return object;
        }
    }

    /**
     * One page of a list.
     *
     * @param hasMore whether the provider has another one
     */
    public record Page(List<KeptObject> objects, boolean hasMore) {
        public Page {
            objects = List.copyOf(objects);
        }

        /** Reads a whole answer; what has no id in a list is left out. */
        public static Page read(byte[] json) throws IOException {
            List<KeptObject> objects = new ArrayList<>();
            boolean more = false;
            try (JsonParser parser = JSON.createParser(json)) {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    throw new IOException("not an object");
                }
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    JsonToken value = parser.nextToken();
                    if (name.equals("has_more")) {
                        more = value == JsonToken.VALUE_TRUE;
                    } else if (name.equals("data") && value == JsonToken.START_ARRAY) {
                        data(parser, objects);
                    } else {
                        parser.skipChildren();
                    }
                }
            }
            return new Page(objects, more);
        }

        private static void data(JsonParser parser, List<KeptObject> objects) throws IOException {
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                KeptObject object = new Reader(parser).object();
                if (!object.id.isEmpty()) {
                    objects.add(object);
                }
            }
            if (parser.currentToken() != JsonToken.END_ARRAY) {
                throw new IOException("something in a list that is no object");
            }
        }
    }

    /** Reads one object, from its first brace to its last. */
    private static final class Reader {
        private final JsonParser parser;
        private String id = "";
        private String status = "";
        private @Nullable String output;
        private @Nullable String errors;
        private long answered;
        private int urlFrom = -1;
        private int urlTo;

        Reader(JsonParser parser) {
            this.parser = parser;
        }

        KeptObject object() throws IOException {
            int from = offset();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value == JsonToken.VALUE_STRING) {
                    text(name);
                } else if (value == JsonToken.START_OBJECT && name.equals("request_counts")) {
                    counts();
                } else {
                    parser.skipChildren();
                }
            }
            int to = (int) parser.currentLocation().getByteOffset();
            String here = "\"/v1/messages/batches/" + id + "/results\"";
            List<Payload.Edit> edits = urlFrom < 0 ? List.of() : List.of(new Payload.Edit(urlFrom, urlTo, here));
            return new KeptObject(id, status, output, errors, answered, urlFrom >= 0, from, to, edits);
        }

        private void text(String name) throws IOException {
            switch (name) {
                case "id" -> id = id(parser.getText());
                case "status", "processing_status" -> status = parser.getText();
                case "output_file_id" -> output = named();
                case "error_file_id" -> errors = named();
                case "results_url" -> {
                    urlFrom = offset();
                    parser.finishToken();
                    urlTo = (int) parser.currentLocation().getByteOffset();
                }
                default -> {
                    // said to the caller, not to us
                }
            }
        }

        private @Nullable String named() throws IOException {
            String found = id(parser.getText());
            return found.isEmpty() ? null : found;
        }

        private static String id(String text) {
            return ID.matcher(text).matches() ? text : "";
        }

        private void counts() throws IOException {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                boolean good = name.equals("completed") || name.equals("succeeded");
                if (good && value == JsonToken.VALUE_NUMBER_INT && parser.getTextLength() <= 9) {
                    answered = parser.getLongValue();
                }
                parser.skipChildren();
            }
        }

        private int offset() {
            return (int) parser.currentTokenLocation().getByteOffset();
        }
    }
}
