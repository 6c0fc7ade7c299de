package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One entry of {@code tools}, {@code functions} or {@code mcp_servers} as it is written, whatever its members' order. */
final class Tool {
    private static final MemberNames MEMBERS = new MemberNames(
            "type",
            "name",
            "function",
            "custom",
            "server_label",
            "mcp_server_name",
            "max_uses",
            "model",
            "allowed_tools",
            "tool_configuration",
            "tools",
            "cache_control");
    private static final MemberNames NAMED = new MemberNames("name");
    private static final MemberNames CONFIGURATION = new MemberNames("allowed_tools");

    @Nullable
    String type;

    @Nullable
    String name;

    /** The name inside {@code function}; {@code custom} likewise. */
    private @Nullable String functionName;

    private @Nullable String customName;
    private boolean function;
    private boolean custom;

    /** {@code server_label}. */
    @Nullable
    String label;

    /** {@code mcp_server_name}. */
    @Nullable
    String server;

    @Nullable
    String model;

    @Nullable
    Integer maxUses;

    /** {@code allowed_tools}; null where it is no list of names. */
    @Nullable
    List<String> allowed;

    /** {@code tool_configuration.allowed_tools}. */
    @Nullable
    List<String> configured;

    /** Of a {@code namespace}. */
    List<Tool> nested = List.of();

    boolean cacheControl;

    private Tool() {}

    static Tool read(JsonParser parser) throws IOException {
        Tool tool = new Tool();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            boolean known = MEMBERS.has(name, "");
            JsonToken value = parser.nextToken();
            if (known) {
                tool.member(parser, value, name);
            } else {
                parser.skipChildren();
            }
        }
        return tool;
    }

    private void member(JsonParser parser, JsonToken value, String member) throws IOException {
        switch (member) {
            case "type" -> type = Scalars.text(parser, value, member);
            case "name" -> name = Scalars.text(parser, value, member);
            case "server_label" -> label = Scalars.text(parser, value, member);
            case "mcp_server_name" -> server = Scalars.text(parser, value, member);
            case "max_uses" -> maxUses = Scalars.count(parser, value, member);
            case "model" -> model = value == JsonToken.VALUE_NULL ? null : Scalars.modelName(parser, value, member);
            case "function" -> {
                function = value != JsonToken.VALUE_NULL;
                functionName = innerName(parser, value, member);
            }
            case "custom" -> {
                custom = value != JsonToken.VALUE_NULL;
                customName = innerName(parser, value, member);
            }
            case "allowed_tools" -> allowed = allowed(parser, value, member);
            case "tool_configuration" -> configuration(parser, value, member);
            case "tools" -> nested = nested(parser, value, member);
            default -> {
                cacheControl = value != JsonToken.VALUE_NULL;
                parser.skipChildren();
            }
        }
    }

    private static List<Tool> nested(JsonParser parser, JsonToken value, String at) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return List.of();
        }
        if (value != JsonToken.START_ARRAY) {
            throw new Unreadable(at, "'" + at + "' must be a list of objects.");
        }
        List<Tool> nested = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new Unreadable(at, "Each of '" + at + "' must be an object.");
            }
            nested.add(read(parser));
        }
        return nested;
    }

    /** Refuses an entry that carries the object of another type: which one counts is then the provider's choice. */
    void agrees(String typeNow) {
        if (function && !typeNow.equals("function")) {
            throw disagrees("function");
        }
        if (custom && !typeNow.equals("custom")) {
            throw disagrees("custom");
        }
    }

    private static Unreadable disagrees(String member) {
        return new Unreadable(
                member, "it has '" + member + "' and is not of the type '" + member + "'. Keep the one that is meant.");
    }

    /** Of a function or custom tool: from one place only; null is none. */
    @Nullable
    String literalName(String typeNow) {
        String inner = typeNow.equals("function") ? functionName : customName;
        if (inner != null && name != null) {
            throw new Unreadable("name", "it has a name in two places, 'name' and '" + typeNow + ".name'. Keep one.");
        }
        return inner == null ? name : inner;
    }

    private static @Nullable String innerName(JsonParser parser, JsonToken value, String at) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        if (value != JsonToken.START_OBJECT) {
            throw new Unreadable(at, "'" + at + "' must be an object with 'name'.");
        }
        String name = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean named = NAMED.has(parser.currentName(), at);
            JsonToken inner = parser.nextToken();
            if (named) {
                name = Scalars.text(parser, inner, at.equals("function") ? "function.name" : "custom.name");
            } else {
                parser.skipChildren();
            }
        }
        if (name == null) {
            throw new Unreadable(at + ".name", "'" + at + "' has no name.");
        }
        return name;
    }

    private void configuration(JsonParser parser, JsonToken value, String at) throws IOException {
        if (value != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean allows = CONFIGURATION.has(parser.currentName(), at);
            JsonToken inner = parser.nextToken();
            if (allows) {
                configured = allowed(parser, inner, at + ".allowed_tools");
            } else {
                parser.skipChildren();
            }
        }
    }

    private static @Nullable List<String> allowed(JsonParser parser, JsonToken value, String at) throws IOException {
        if (value != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return null;
        }
        List<String> names = new ArrayList<>();
        Scalars.strings(parser, value, at, names::add);
        return names;
    }
}
