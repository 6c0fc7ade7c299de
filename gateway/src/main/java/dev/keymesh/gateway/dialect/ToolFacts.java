package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.keymesh.gateway.dialect.FactsReader.Unreadable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tools that a request offers, by name: functions and custom tools by their literal name, the vendor's own as
 * {@code openai.TYPE} or {@code anthropic.TYPE} without the date, remote MCP as {@code mcp.LABEL.TOOL}.
 */
final class ToolFacts {
    /** The vendor's own tools that the caller runs: they do not bill the input again. */
    private static final Set<String> RUN_BY_CALLER = Set.of("bash", "text_editor", "computer", "memory");

    private static final int USES_WITHOUT_LIMIT = 10;
    private static final Pattern DATE = Pattern.compile("[-_](\\d{8}|\\d{4}[-_]\\d{2}[-_]\\d{2})$");

    private final String vendor;
    private final Set<String> models;
    private final Set<String> names = new LinkedHashSet<>();
    private int vendorTools;
    private long serverUses;
    private boolean cacheControl;

    ToolFacts(Shape shape, Set<String> models) {
        vendor = shape == Shape.OPENAI ? "openai." : "anthropic.";
        this.models = models;
    }

    Set<String> names() {
        return names;
    }

    int vendorTools() {
        return vendorTools;
    }

    int serverUses() {
        return (int) Math.min(serverUses, Integer.MAX_VALUE);
    }

    boolean cacheControl() {
        return cacheControl;
    }

    void webSearch(JsonToken value) {
        if (value != JsonToken.VALUE_NULL) {
            vendor("web_search", null);
        }
    }

    void read(JsonParser parser, JsonToken value, String param) throws IOException {
        objects(parser, value, param, () -> tool(parser, param));
    }

    void servers(JsonParser parser, JsonToken value) throws IOException {
        objects(parser, value, "mcp_servers", () -> {
            Tool server = members(parser);
            mcp(server.name, server.allowed);
        });
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void objects(JsonParser parser, JsonToken value, String param, Step each) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        if (value != JsonToken.START_ARRAY) {
            throw new Unreadable(param, "'" + param + "' must be a list of objects.");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new Unreadable(param, "Each of '" + param + "' must be an object.");
            }
            each.run();
        }
    }

    private void tool(JsonParser parser, String param) throws IOException {
        Tool tool = members(parser);
        String type = tool.type;
        if (type == null || type.equals("function") || type.equals("custom")) {
            names.add(checked(tool.inner != null ? tool.inner : tool.name, param));
        } else if (type.equals("mcp") || type.equals("mcp_toolset")) {
            mcp(tool.label, tool.allowed);
        } else {
            vendor(DATE.matcher(type).replaceFirst(""), tool.maxUses);
        }
        if (tool.model != null) {
            models.add(tool.model);
        }
    }

    private void vendor(String type, @Nullable Integer maxUses) {
        names.add(vendor + checked(type, "tools.type"));
        vendorTools++;
        if (!RUN_BY_CALLER.contains(type)) {
            serverUses += maxUses == null ? USES_WITHOUT_LIMIT : maxUses;
        }
    }

    private void mcp(@Nullable String label, @Nullable List<String> allowed) {
        String server = "mcp." + checked(label, "tools.server_label") + ".";
        vendorTools++;
        serverUses += USES_WITHOUT_LIMIT;
        if (allowed == null) {
            names.add(server + "*");
        } else {
            allowed.forEach(tool -> names.add(server + checked(tool, "tools.allowed_tools")));
        }
    }

    private static String checked(@Nullable String name, String param) {
        if (name == null) {
            throw new Unreadable(param, "A tool of '" + param + "' has no name.");
        }
        if (name.isEmpty()
                || name.length() > 256
                || name.chars().anyMatch(c -> c < ' ' || Character.isSurrogate((char) c))) {
            throw new Unreadable(param, "A tool's name must be 1 to 256 characters without control characters.");
        }
        return name;
    }

    private Tool members(JsonParser parser) throws IOException {
        Tool tool = new Tool();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "type" -> tool.type = FactsReader.text(parser, value, "tools.type");
                case "name" -> tool.name = FactsReader.text(parser, value, "tools.name");
                case "server_label", "mcp_server_name" -> tool.label = FactsReader.text(parser, value, "tools." + name);
                case "max_uses" -> tool.maxUses = FactsReader.count(parser, value, "tools.max_uses");
                case "model" -> tool.model = FactsReader.modelName(parser, value, "tools.model");
                case "function", "custom" -> tool.inner = innerName(parser, value);
                case "allowed_tools" -> tool.allowed = allowed(parser, value);
                case "tool_configuration" -> configuration(parser, value, tool);
                case "cache_control" -> {
                    cacheControl = true;
                    parser.skipChildren();
                }
                default -> parser.skipChildren();
            }
        }
        return tool;
    }

    private static void configuration(JsonParser parser, JsonToken value, Tool tool) throws IOException {
        if (value != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean allows = parser.currentName().equals("allowed_tools");
            JsonToken inner = parser.nextToken();
            if (allows) {
                tool.allowed = allowed(parser, inner);
            } else {
                parser.skipChildren();
            }
        }
    }

    /** Null where the list is not one of names: then every tool of the server counts as offered. */
    private static @Nullable List<String> allowed(JsonParser parser, JsonToken value) throws IOException {
        if (value != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return null;
        }
        List<String> names = new ArrayList<>();
        FactsReader.strings(parser, value, "tools.allowed_tools", names::add);
        return names;
    }

    private static @Nullable String innerName(JsonParser parser, JsonToken value) throws IOException {
        if (value != JsonToken.START_OBJECT) {
            throw new Unreadable("tools.function", "'tools.function' must be an object with 'name'.");
        }
        String name = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean named = parser.currentName().equals("name");
            JsonToken inner = parser.nextToken();
            if (named) {
                name = FactsReader.text(parser, inner, "tools.function.name");
            } else {
                parser.skipChildren();
            }
        }
        return name;
    }

    private static final class Tool {
        @Nullable
        String type;

        @Nullable
        String name;

        @Nullable
        String inner;

        @Nullable
        String label;

        @Nullable
        String model;

        @Nullable
        Integer maxUses;

        @Nullable
        List<String> allowed;
    }
}
