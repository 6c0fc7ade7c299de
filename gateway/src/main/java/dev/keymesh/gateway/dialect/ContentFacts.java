package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.keymesh.gateway.dialect.FactsReader.Unreadable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the messages carry: how many there are, which modalities, and input that is named but not in the body. */
final class ContentFacts {
    /** Arguments of tools are the caller's own data, not parts of a message. */
    private static final Set<String> OPAQUE = Set.of("input", "arguments", "parameters", "text", "name", "role", "id");

    private final Set<String> modalities = new TreeSet<>(Set.of("text"));
    private final List<String> references = new ArrayList<>();
    private int messages;
    private int images;
    private boolean cacheControl;

    Set<String> modalities() {
        return Set.copyOf(modalities);
    }

    List<String> references() {
        return references;
    }

    int messages() {
        return messages;
    }

    boolean cacheControl() {
        return cacheControl;
    }

    /** Images whose bytes are in the body. */
    int images() {
        return images;
    }

    void cached() {
        cacheControl = true;
    }

    void modality(String name) {
        modalities.add(name.length() <= 32 ? name : "other");
    }

    void read(JsonParser parser, JsonToken value, boolean counted) throws IOException {
        if (value == JsonToken.VALUE_STRING && !counted) {
            return;
        }
        if (value != JsonToken.START_ARRAY) {
            throw new Unreadable(
                    counted ? "messages" : "system",
                    counted
                            ? "'messages' must be a list of objects."
                            : "'system' must be a string or a list of objects.");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new Unreadable("messages", "Each of 'messages' must be an object.");
            }
            messages++;
            part(parser, "");
        }
    }

    /** Walks one object; {@code under} is the member that holds it. */
    private void part(JsonParser parser, String under) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (OPAQUE.contains(name)) {
                parser.skipChildren();
            } else if (value == JsonToken.START_OBJECT) {
                cacheControl |= name.equals("cache_control");
                part(parser, name);
            } else if (value == JsonToken.START_ARRAY) {
                parts(parser, name);
            } else if (value == JsonToken.VALUE_STRING) {
                string(parser, under, name);
            }
        }
    }

    private void parts(JsonParser parser, String under) throws IOException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                part(parser, under);
            } else if (parser.currentToken() == JsonToken.START_ARRAY) {
                parts(parser, under);
            }
        }
    }

    private void string(JsonParser parser, String under, String name) throws IOException {
        switch (name) {
            case "type" -> type(parser.getText());
            case "file_id", "container_upload" -> references.add(name);
            case "url", "file_url" -> url(parser, name);
            case "image_url" -> url(parser, name);
            default -> {
                if (under.equals("audio") && name.equals("id")) {
                    references.add("audio.id");
                }
            }
        }
    }

    private void url(JsonParser parser, String name) throws IOException {
        char[] text = parser.getTextCharacters();
        int from = parser.getTextOffset();
        boolean inline = parser.getTextLength() >= 5 && new String(text, from, 5).equals("data:");
        if (!inline) {
            references.add(name);
        }
    }

    private void type(String type) {
        switch (type) {
            case "image_url", "image", "input_image" -> {
                modalities.add("image");
                images++;
            }
            case "input_audio", "audio" -> modalities.add("audio");
            case "file", "document", "input_file", "container_upload" -> {
                modalities.add("file");
                // A compressed document holds more text than it has bytes.
                references.add(type);
            }
            case "video", "video_url", "input_video" -> modalities.add("video");
            default -> {
                // text, tool results and what carries no other modality
            }
        }
    }
}
