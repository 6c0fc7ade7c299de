package dev.keymesh.server.mcp;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Virtual keys: issue, validate, list, revoke. */
final class KeyTools {
    private static final String KEY = """
            "id":{"type":"string"},"hint":{"type":"string"},"title":{"type":"string"},
            "status":{"type":"string"},"space":{"type":"string"},"workspace":{"type":"string","maxLength":200},
            "createdAt":{"type":"string"},"expiresAt":{"anyOf":[{"type":"string"},{"type":"null"}]}""";

    private KeyTools() {}

    static List<Tool> all() {
        return List.of(issue(), validate(), list(), revoke());
    }

    private static Tool issue() {
        return new Tool(
                "keys_issue",
                "Issue a virtual key",
                "Issues a virtual key. The answer holds its secret once; it cannot be read again. Called with a virtual"
                        + " key it issues a child of that key: a part of its budget, no more models and tools than it"
                        + " has, in its own workspace.",
                Schemas.closed("""
                        "title":{"type":"string","maxLength":200},"space":%s,"workspace":%s,
                        "budget":{"type":"object","additionalProperties":false,"required":["amount","period"],
                         "properties":{"amount":{"anyOf":[{"type":"string"},{"type":"null"}],"description":"US dollars as a decimal string; null is an explicit no-limit, 0 blocks."},
                          "currency":{"type":"string","enum":["USD"]},"period":%s}},
                        "policy":%s,
                        "expiresAt":{"type":"string","maxLength":40,"description":"An instant such as 2026-12-01T00:00:00Z; absent is the workspace's default, else never."},
                        "owner":{"type":"string","maxLength":200},"externalId":{"type":"string","maxLength":200},
                        "tags":{"type":"array","items":{"type":"string"}},
                        "environment":{"type":"string","maxLength":200},
                        "uses":{"type":"array","items":{"type":"string","enum":["gateway","validation"]}},
                        "fields":{"type":"object","description":"Members of your own, returned as they are."}""".formatted(Schemas.SLUG, Schemas.SLUG, Schemas.PERIOD, Schemas.POLICY), "title"),
                Schemas.open(KEY + ",\"secret\":{\"type\":\"string\"}", "id", "secret", "title", "status"),
                new Tool.Hints(false, false, false, false),
                new Tool.Rule("keys.create", true),
                call -> call.exchange("POST", issuing(call), without(call.arguments(), "space")));
    }

    private static String issuing(ToolCall call) {
        Caller caller = call.caller();
        if (!caller.virtualKey()) {
            return "/api/v1/spaces/" + call.segment("space", "default") + "/keys";
        }
        String own = String.valueOf(caller.whoami().credential().space());
        if (!call.text("space", own).equals(own)) {
            throw new Refused("A virtual key issues children in its own space only. Leave 'space' out or name your"
                    + " own. Nothing was done.");
        }
        return "/api/v1/keys/" + caller.id() + "/children";
    }

    private static Tool validate() {
        return new Tool(
                "keys_validate",
                "Validate a key",
                "Says whether a virtual key is good and, with a context, good for that model or tool. A virtual key may"
                        + " validate itself; then leave 'key' out.",
                Schemas.closed("""
                        "key":{"type":"string","maxLength":500,"description":"The secret of the key, km-..."},
                        "context":{"type":"object","additionalProperties":false,"properties":{
                         "model":{"type":"string","maxLength":200},"tool":{"type":"string","maxLength":200},"arguments":{"type":"object"},
                         "ip":{"type":"string","maxLength":200},"environment":{"type":"string","maxLength":200}}}"""),
                Schemas.open("""
                        "valid":{"type":"boolean"},"code":{"type":"string"},"error":{"anyOf":[{"type":"string"},{"type":"null"}]},
                        "key":{"anyOf":[{"type":"object"},{"type":"null"}]},"currentMonthValidations":{"type":"integer"},
                        "currentMonthValidationLimit":{"anyOf":[{"type":"integer"},{"type":"null"}]},"requestId":{"type":"string"}""", "valid", "code"),
                new Tool.Hints(false, false, false, false),
                new Tool.Rule("keys.validate", true),
                KeyTools::validated);
    }

    private static JsonObject validated(ToolCall call) {
        JsonObjectBuilder body = Json.createObjectBuilder(call.arguments());
        if (call.text("key") == null) {
            if (!call.caller().virtualKey()) {
                throw new Refused("Name the key: 'key' is the secret of the virtual key to validate, km-...");
            }
            body.add("key", call.caller().credential());
        }
        return call.exchange("POST", "/api/v1/keys/validate", body.build());
    }

    private static Tool list() {
        return new Tool(
                "keys_list",
                "List virtual keys",
                "Lists the virtual keys of a space without their secrets, newest first; revoked ones too unless a"
                        + " status is given.",
                Schemas.closed("""
                        "space":%s,"status":{"type":"string","enum":["active","disabled","expired","revoked"]},
                        "environment":{"type":"string","maxLength":200},"workspace":{"type":"string","maxLength":200},"owner":{"type":"string","maxLength":200},
                        "externalId":{"type":"string","maxLength":200},"tag":{"type":"string","maxLength":200},
                        "q":{"type":"string","maxLength":200,"description":"A part of the title."},
                        "expiresBefore":{"type":"string","maxLength":200},"lastUsedBefore":{"type":"string","maxLength":200},%s""".formatted(Schemas.SLUG, Schemas.PAGE)),
                Schemas.listOf(KEY),
                Tool.Hints.READ,
                new Tool.Rule("keys.read", false),
                call -> call.exchange(
                        "GET",
                        "/api/v1/spaces/" + call.segment("space", "default") + "/keys" + call.queryWithout("space"),
                        null));
    }

    private static Tool revoke() {
        return new Tool(
                "keys_revoke",
                "Revoke a virtual key",
                "Revokes a virtual key and all keys that were issued from it, for good: their next call is refused."
                        + " Asks the person where the client can; otherwise 'confirm' must repeat the id.",
                Schemas.closed(
                        "\"id\":" + Schemas.SLUG + ",\"confirm\":{\"type\":\"string\",\"maxLength\":100,"
                                + "\"description\":\"The id again, to confirm.\"}",
                        "id"),
                Schemas.open(KEY, "id", "status"),
                new Tool.Hints(false, true, true, false),
                new Tool.Rule("keys.revoke", true),
                call -> {
                    confirmed(call, call.text("id", ""));
                    return call.exchange("POST", "/api/v1/keys/" + call.segment("id", "") + "/revoke", null);
                });
    }

    /** What cannot be undone needs a person, or at least a second naming of what it ends. */
    private static void confirmed(ToolCall call, String id) {
        if (call.asker().canAsk()) {
            if (!call.asker()
                    .agrees("Revoke the virtual key " + id + " and every key issued from it? This is final.")) {
                throw new Refused("The key " + id + " was not revoked: the person did not agree.");
            }
        } else if (!id.equals(call.text("confirm"))) {
            throw new Refused("The key " + id + " was not revoked yet: this is final. To confirm, call again with"
                    + " \"confirm\":\"" + id + "\".");
        }
    }

    private static @Nullable JsonObject without(JsonObject object, String... names) {
        JsonObjectBuilder builder = Json.createObjectBuilder(object);
        Set.of(names).forEach(builder::remove);
        return builder.build();
    }
}
