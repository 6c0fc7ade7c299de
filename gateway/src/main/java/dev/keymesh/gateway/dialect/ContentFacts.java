package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/** What the messages carry: how many there are, which modalities, and input that is named but not in the body. */
final class ContentFacts {
    /** Arguments of tools are the caller's own data, and what a vendor says about a text is no part of a message. */
    private static final Set<String> OPAQUE =
            Set.of("input", "arguments", "parameters", "text", "name", "role", "citations", "annotations");

    private static final String INLINE = "data:";

    private static final MemberNames MEMBERS = new MemberNames(
            "input",
            "arguments",
            "parameters",
            "text",
            "name",
            "role",
            "citations",
            "annotations",
            "type",
            "id",
            "content",
            "cache_control",
            "media_type",
            "source",
            "image",
            "images",
            "image_url",
            "input_image",
            "audio",
            "audio_url",
            "input_audio",
            "video",
            "video_url",
            "input_video",
            "file",
            "file_id",
            "file_data",
            "file_url",
            "input_file",
            "document",
            "container_upload",
            "url");

    private final ExtraFacts extras;
    private final Payload body;
    private final Set<String> modalities = new TreeSet<>(Set.of("text"));
    private int messages;
    private int images;
    private boolean cacheControl;

    ContentFacts(ExtraFacts extras, Payload body) {
        this.extras = extras;
        this.body = body;
    }

    Set<String> modalities() {
        return modalities;
    }

    int messages() {
        return messages;
    }

    boolean cacheControl() {
        return cacheControl;
    }

    /** Images whose bytes are in the body, or which a reference stands for. */
    int images() {
        return images;
    }

    void cached(JsonToken value) {
        cacheControl |= value != JsonToken.VALUE_NULL;
    }

    /** What the answer may be made of; a price has a rate for text only. */
    void asked(String modality) {
        modalities.add(modality.length() <= 32 ? modality : "other");
        if (!modality.equals("text")) {
            extras.addUnpriced("modalities: " + (modality.length() <= 32 ? modality : "other"));
        }
    }

    /** {@code messages}, or {@code system}, which may be a string. */
    void read(JsonParser parser, JsonToken value, String member) throws IOException {
        boolean system = member.equals("system");
        if (system && (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NULL)) {
            return;
        }
        if (value != JsonToken.START_ARRAY) {
            throw new Unreadable(
                    member,
                    "'" + member
                            + (system ? "' must be a string or a list of objects." : "' must be a list of objects."));
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new Unreadable(member, "Each of '" + member + "' must be an object.");
            }
            messages++;
            object(parser, member, system ? "content" : member);
        }
    }

    /**
     * Walks one object.
     *
     * @param path the names of the members that hold it, without indexes
     * @param under the member that holds it
     */
    private Part object(JsonParser parser, String path, String under) throws IOException {
        Part part = new Part();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            boolean known = MEMBERS.has(name, path);
            JsonToken value = parser.nextToken();
            if (known && value != JsonToken.VALUE_NULL) {
                member(parser, part, under, name, value);
            }
            if (OPAQUE.contains(name)) {
                parser.skipChildren();
            } else {
                value(parser, value, path, name, part);
            }
        }
        note(part, under);
        return part;
    }

    /** Descends; a {@code source} tells its part what it is. */
    private void value(JsonParser parser, JsonToken value, String path, String name, Part part) throws IOException {
        if (value == JsonToken.START_OBJECT) {
            Part inner = object(parser, MemberNames.at(path, name), name);
            if (name.equals("source")) {
                part.sourced(inner.mediaType);
            }
        } else if (value == JsonToken.START_ARRAY) {
            array(parser, path, name);
        }
    }

    private void array(JsonParser parser, String path, String name) throws IOException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                object(parser, MemberNames.at(path, name), name);
            } else if (parser.currentToken() == JsonToken.START_ARRAY) {
                array(parser, path, name);
            }
        }
    }

    private void member(JsonParser parser, Part part, String under, String name, JsonToken value) throws IOException {
        boolean string = value == JsonToken.VALUE_STRING;
        switch (name) {
            case "type" -> part.type = string ? parser.getText() : "";
            case "media_type" -> part.mediaType = string ? parser.getText() : "";
            case "text" -> part.text = true;
            case "cache_control" -> cached(value);
            case "id" -> {
                if (under.equals("audio")) {
                    extras.addUnbounded("audio.id");
                }
            }
            case "url", "image_url", "audio_url", "video_url", "file_url", "file_id", "container_upload" -> {
                part.keyed(name);
                if (string && !isInline(parser)) {
                    extras.addUnbounded(name);
                }
            }
            default -> part.keyed(name);
        }
    }

    /** Looks at the bytes, for the text may be megabytes long; one that hides its first letters is no inline one. */
    private boolean isInline(JsonParser parser) {
        int from = (int) parser.currentTokenLocation().getByteOffset() + 1;
        for (int i = 0; i < INLINE.length(); i++) {
            if (from + i >= body.length() || body.at(from + i) != INLINE.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void note(Part part, String under) {
        Set<String> carried = part.modalities(under.equals("content"));
        modalities.addAll(carried);
        if (carried.contains("image")) {
            images++;
        }
        if (carried.contains("audio")) {
            extras.addUnpriced("audio");
        }
        if (carried.contains("file")) {
            // A compressed document holds more text than it has bytes.
            extras.addUnbounded("file");
        }
        if (carried.contains("video")) {
            extras.addUnbounded("video");
        }
        if (carried.contains("other")) {
            extras.addUnbounded("a part of an unknown type");
        }
    }
}
