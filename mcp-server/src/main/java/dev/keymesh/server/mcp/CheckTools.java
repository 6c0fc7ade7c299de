package dev.keymesh.server.mcp;

import java.util.List;

/** What the policy would say to a model or a tool, without calling it. */
final class CheckTools {
    private static final String KEY = """
            "key":{"type":"string","maxLength":500,"description":"The id of the virtual key to check for; a virtual key checks for itself and leaves this out."}""";

    private CheckTools() {}

    static List<Tool> all() {
        return List.of(
                check(
                        "models_check",
                        "Check a model",
                        "Says whether a virtual key may call a model, and the reasons where it may not.",
                        "\"model\":{\"type\":\"string\",\"maxLength\":200}," + KEY,
                        "model"),
                check(
                        "tools_check",
                        "Check a tool",
                        "Says whether a virtual key may call a tool, with these arguments where they are given, and the"
                                + " reasons where it may not.",
                        "\"tool\":{\"type\":\"string\",\"maxLength\":200},\"arguments\":{\"type\":\"object\"}," + KEY,
                        "tool"));
    }

    private static Tool check(String name, String title, String description, String properties, String required) {
        return new Tool(
                name,
                title,
                description,
                Schemas.closed(properties, required),
                Schemas.open(
                        "\"allowed\":{\"type\":\"boolean\"},\"reasons\":{\"type\":\"array\"}", "allowed", "reasons"),
                Tool.Hints.READ,
                new Tool.Rule("policy.evaluate", true),
                call -> call.exchange("POST", "/api/v1/keys/check", call.arguments()));
    }
}
