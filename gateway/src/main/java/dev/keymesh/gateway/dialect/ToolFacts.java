package dev.keymesh.gateway.dialect;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.keymesh.gateway.provider.Shape;
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
    /** The vendor's own tools that the caller runs: they neither bill the input again nor add to it. */
    private static final Set<String> RUN_BY_CALLER =
            Set.of("bash", "text_editor", "computer", "computer_use_preview", "memory", "local_shell", "apply_patch");
    /** What OpenAI's image tool draws with where it names no model. */
    private static final String DEFAULT_IMAGE_MODEL = "gpt-image-2";

    private static final int USES_WITHOUT_LIMIT = 10;
    private static final Pattern DATE = Pattern.compile("[-_](\\d{8}|\\d{4}[-_]\\d{2}[-_]\\d{2})$");

    private final String vendor;
    private final ModelFacts models;
    private final ExtraFacts extras;
    private final Set<String> names = new LinkedHashSet<>();
    private int vendorTools;
    private long serverUses;
    private boolean cacheControl;

    ToolFacts(Shape shape, ModelFacts models, ExtraFacts extras) {
        vendor = shape == Shape.OPENAI ? "openai." : "anthropic.";
        this.models = models;
        this.extras = extras;
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

    /** {@code tools}, or the older {@code functions}, whose entries are functions whatever their type says. */
    void read(JsonParser parser, JsonToken value, String param) throws IOException {
        objects(parser, value, param, () -> tool(Tool.read(parser), param.equals("functions")));
    }

    /** The same as a list, for one that is only known to offer them when it is read to its end. */
    List<Tool> list(JsonParser parser, JsonToken value, String param) throws IOException {
        List<Tool> list = new ArrayList<>();
        objects(parser, value, param, () -> list.add(Tool.read(parser)));
        return list;
    }

    void add(List<Tool> offered, String param) {
        for (int i = 0; i < offered.size(); i++) {
            try {
                tool(offered.get(i), false);
            } catch (Unreadable e) {
                throw e.within(param + "[" + i + "]");
            }
        }
    }

    /** A prompt that the provider keeps may bring tools that are not in the body. */
    void keptPrompt() {
        names.add(vendor + "prompt");
    }

    void servers(JsonParser parser, JsonToken value) throws IOException {
        objects(parser, value, "mcp_servers", () -> {
            Tool server = Tool.read(parser);
            mcp(server.name, server.configured);
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
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new Unreadable(param, "Each of '" + param + "' must be an object.");
            }
            try {
                each.run();
            } catch (Unreadable e) {
                throw e.within(param + "[" + i + "]");
            }
        }
    }

    private void tool(Tool tool, boolean function) {
        String type = tool.type == null ? "function" : tool.type;
        if (function && !type.equals("function")) {
            throw new Unreadable("type", "it is a function, but its type says otherwise. Leave it out.");
        }
        tool.agrees(type);
        switch (type) {
            case "function", "custom" -> names.add(checked(tool.literalName(type)));
            case "mcp" -> mcp(tool.label, tool.allowed);
            case "mcp_toolset" -> mcp(tool.server, null);
            case "namespace" -> {
                // a name for others; it is itself none
            }
            default -> vendor(DATE.matcher(type).replaceFirst(""), tool.maxUses);
        }
        add(tool.nested, "tools");
        if (tool.model != null) {
            models.add(tool.model);
        } else if (type.equals("image_generation")) {
            models.add(DEFAULT_IMAGE_MODEL);
        }
        cacheControl |= tool.cacheControl;
    }

    private void vendor(String type, @Nullable Integer maxUses) {
        String name = vendor + checked(type);
        names.add(name);
        vendorTools++;
        if (!RUN_BY_CALLER.contains(type)) {
            serverUses += maxUses == null ? USES_WITHOUT_LIMIT : maxUses;
            extras.addUnbounded("the tool " + name);
        }
    }

    /** Without a list of names, every tool of the server counts as offered. */
    private void mcp(@Nullable String label, @Nullable List<String> allowed) {
        String server = "mcp." + checked(label) + ".";
        vendorTools++;
        serverUses += USES_WITHOUT_LIMIT;
        extras.addUnbounded("the tools " + server + "*");
        if (allowed == null) {
            names.add(server + "*");
        } else {
            allowed.forEach(tool -> names.add(server + checked(tool)));
        }
    }

    private static String checked(@Nullable String name) {
        if (name == null) {
            throw new Unreadable("", "it has no name.");
        }
        if (name.isEmpty()
                || name.length() > 256
                || name.chars().anyMatch(c -> c < ' ' || Character.isSurrogate((char) c))) {
            throw new Unreadable("", "its name must be 1 to 256 characters without control characters.");
        }
        return name;
    }
}
