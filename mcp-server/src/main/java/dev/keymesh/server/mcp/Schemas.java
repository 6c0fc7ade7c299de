package dev.keymesh.server.mcp;

import jakarta.json.JsonObject;

/** Parts of the tools' schemas that several of them share; the shapes are the REST API's. */
final class Schemas {
    /** Slugs and ids as they may stand in a path. */
    static final String SLUG = """
            {"type":"string","pattern":"[A-Za-z0-9][A-Za-z0-9_-]{0,99}"}""";

    static final String PAGE = """
            "limit":{"type":"integer","minimum":1,"maximum":100,"description":"How many at most; 20 if absent."},
            "cursor":{"type":"string","maxLength":500,"description":"pagination.nextCursor of the page before."}""";

    static final String POLICY = """
            {"type":"object","additionalProperties":false,
             "description":"Narrows what the workspace allows. Absent is no restriction, an empty list allows nothing.",
             "properties":{
              "allowedModels":{"type":"array","items":{"type":"string"}},
              "deniedModels":{"type":"array","items":{"type":"string"}},
              "toolAllowlist":{"type":"array","items":{"type":"string"}},
              "deniedTools":{"type":"array","items":{"type":"string"}},
              "maxOutputTokens":{"type":"integer","minimum":1},
              "defaultMaxOutputTokens":{"type":"integer","minimum":1},
              "allowedModalities":{"type":"array","items":{"type":"string"}},
              "ipAllowlist":{"type":"array","items":{"type":"string"}},
              "windows":{"type":"array","items":{"type":"object"}}}}""";

    static final String MONEY = """
            {"type":"string","maxLength":40,"description":"US dollars as a decimal string, such as 0.10."}""";

    static final String PERIOD = """
            {"type":"string","enum":["total","daily","weekly","monthly"],"description":"In UTC."}""";

    private Schemas() {}

    /** An object with these properties and no others. */
    static JsonObject closed(String properties, String... required) {
        return JsonText.object("{\"type\":\"object\",\"properties\":{" + properties + "},\"required\":"
                + quoted(required) + ",\"additionalProperties\":false}");
    }

    /** An object with at least these properties. */
    static JsonObject open(String properties, String... required) {
        return JsonText.object(
                "{\"type\":\"object\",\"properties\":{" + properties + "},\"required\":" + quoted(required) + "}");
    }

    /** A page of a list whose items have at least these properties. */
    static JsonObject listOf(String properties) {
        return open("""
                "data":{"type":"array","items":{"type":"object","properties":{%s}}},
                "pagination":{"type":"object","properties":{"nextCursor":{"anyOf":[{"type":"string"},{"type":"null"}]},"hasMore":{"type":"boolean"}},
                 "required":["nextCursor","hasMore"]}""".formatted(properties), "data", "pagination");
    }

    private static String quoted(String... names) {
        return names.length == 0 ? "[]" : "[\"" + String.join("\",\"", names) + "\"]";
    }
}
