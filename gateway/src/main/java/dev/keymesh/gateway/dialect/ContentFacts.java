package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the messages, or other input, carry: how many there are, which modalities, and input that is named but not in the body. */
final class ContentFacts {
    /** Arguments of tools are the caller's own data, and what a vendor says about a text is no part of a message. */
    private static final Set<String> OPAQUE =
            Set.of("input", "arguments", "parameters", "text", "name", "role", "citations", "annotations");

    /** Members whose string is the address or the id of something, unless it has the bytes. */
    private static final Set<String> NAMING = Set.of(
            "url",
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
            "file_url",
            "input_file",
            "document",
            "container_upload");
    /** How the bytes of something begin: a data URL, or the base64 of a PNG, JPEG, GIF or WebP; an id may be base64 too. */
    private static final List<String> INLINE = List.of("data:", "iVBORw0KGgo", "/9j/", "R0lGOD", "UklGR");
    /** The place of an item of a response's input, where a message is one kind of many. */
    private static final String ITEM = "an item";

    private static final MemberNames MEMBERS = new MemberNames(Stream.of(
                    OPAQUE,
                    NAMING,
                    Set.of(
                            "type",
                            "id",
                            "encrypted_content",
                            "content",
                            "cache_control",
                            "media_type",
                            "source",
                            "tools",
                            "file_data"))
            .flatMap(Set::stream)
            .toArray(String[]::new));

    private final ExtraFacts extras;
    private final ToolFacts tools;
    private final Payload body;
    private final Set<String> modalities = new TreeSet<>(Set.of("text"));
    private int messages;
    private int images;
    private boolean cacheControl;

    ContentFacts(ExtraFacts extras, ToolFacts tools, Payload body) {
        this.extras = extras;
        this.tools = tools;
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

    /** What an operation is about, whatever its body says. */
    void media(Set<String> of) {
        modalities.addAll(of);
    }

    /** What the provider keeps may be of any kind. */
    void keptPrompt() {
        modalities.add("other");
    }

    /** {@code messages}, or {@code system}, which may be a string. */
    void read(JsonParser parser, JsonToken value, String member) throws IOException {
        boolean system = member.equals("system");
        if (system && (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NULL)) {
            return;
        }
        objects(
                parser,
                value,
                member,
                system ? "a string or a list of objects" : "a list of objects",
                system ? "content" : member);
    }

    /** The items of a response's input, or of its instructions; or one text. */
    void items(JsonParser parser, JsonToken value, String member) throws IOException {
        if (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NULL) {
            messages++;
            return;
        }
        objects(parser, value, member, "a string or a list of objects", ITEM);
    }

    /**
     * Each object of a list is one message.
     *
     * @param wanted what the member must be
     * @param under as in {@link #object}
     */
    private void objects(JsonParser parser, JsonToken value, String member, String wanted, String under)
            throws IOException {
        if (value != JsonToken.START_ARRAY) {
            throw new Unreadable(member, "'" + member + "' must be " + wanted + ".");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new Unreadable(member, "Each of '" + member + "' must be an object.");
            }
            messages++;
            object(parser, member, under);
        }
    }

    /** One input or many, each of them a text, a list of tokens or an object; says how many there are, at least 1. */
    int inputs(JsonParser parser, JsonToken value, String member) throws IOException {
        int count = 0;
        if (value == JsonToken.START_ARRAY) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                count += parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? 0 : 1;
                input(parser, parser.currentToken(), member);
            }
        } else if (value == JsonToken.VALUE_NUMBER_INT) {
            throw notAnInput(member);
        } else if (value != JsonToken.VALUE_NULL) {
            input(parser, value, member);
        }
        int found = Math.max(1, count);
        messages += found;
        return found;
    }

    private void input(JsonParser parser, JsonToken value, String member) throws IOException {
        switch (value) {
            case VALUE_STRING, VALUE_NUMBER_INT -> {
                // bounded by its bytes: a token that is written as a number has at least one
            }
            case START_OBJECT -> object(parser, member, "content");
            case START_ARRAY -> {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                        throw notAnInput(member);
                    }
                }
            }
            default -> throw notAnInput(member);
        }
    }

    private static Unreadable notAnInput(String member) {
        return new Unreadable(
                member, "'" + member + "' must be a string, a list of tokens, or a list of strings or token lists.");
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
            } else if (name.equals("tools") && under.equals(ITEM)) {
                part.tools = tools.list(parser, value, MemberNames.at(path, name));
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
            } else if (parser.currentToken() == JsonToken.VALUE_STRING) {
                named(parser, name);
            }
        }
    }

    private void member(JsonParser parser, Part part, String under, String name, JsonToken value) throws IOException {
        boolean string = value == JsonToken.VALUE_STRING;
        switch (name) {
            case "type" -> part.type = string ? parser.getText() : "";
            case "media_type" -> part.mediaType = string ? parser.getText() : "";
            case "text" -> part.text = true;
            case "content" -> part.content = true;
            case "cache_control" -> cached(value);
            case "encrypted_content" -> part.encrypted = string && !startsWith(parser, "\"");
            case "id" -> {
                part.id = true;
                if (under.equals("audio")) {
                    extras.addUnbounded("audio.id");
                }
            }
            default -> {
                part.keyed(name);
                if (string) {
                    named(parser, name);
                }
            }
        }
    }

    private void named(JsonParser parser, String name) {
        if (NAMING.contains(name) && INLINE.stream().noneMatch(start -> startsWith(parser, start))) {
            extras.addUnbounded(name);
        }
    }

    /** Looks at the bytes, for the text may be megabytes long; one that hides its first letters does not have them. */
    private boolean startsWith(JsonParser parser, String start) {
        int from = (int) parser.currentTokenLocation().getByteOffset() + 1;
        for (int i = 0; i < start.length(); i++) {
            if (from + i >= body.length() || body.at(from + i) != start.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void note(Part part, String under) {
        boolean item = under.equals(ITEM);
        if (item) {
            item(part);
        }
        Set<String> carried = item ? part.ofItem() : part.modalities(under.equals("content"));
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

    /** An item may stand for one that the provider keeps, or offer tools; a server's own list of them offers nothing. */
    private void item(Part part) {
        String reference = part.reference();
        if (reference != null) {
            extras.addUnbounded(reference);
        }
        if (!"mcp_list_tools".equals(part.type)) {
            tools.add(part.tools, "input.tools");
        }
    }
}
