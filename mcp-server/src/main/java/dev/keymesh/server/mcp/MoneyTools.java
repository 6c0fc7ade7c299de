package dev.keymesh.server.mcp;

import java.util.List;

/** Usage and budgets. */
final class MoneyTools {
    private static final String BUDGET = """
            "scope":{"type":"string"},"period":{"type":"string"},"amount":{"anyOf":[{"type":"string"},{"type":"null"}]},
            "spent":{"type":"string"},"held":{"type":"string"},"remaining":{"anyOf":[{"type":"string"},{"type":"null"}]},
            "currency":{"anyOf":[{"type":"string"},{"type":"null"}]},"unit":{"type":"string"},"resetsAt":{"anyOf":[{"type":"string"},{"type":"null"}]}""";

    private static final String SCOPE = """
            {"type":"string","maxLength":200,"description":"account, space:ID, workspace:SPACE/ID or key:ID."}""";

    private MoneyTools() {}

    static List<Tool> all() {
        return List.of(usage(), budget(), set());
    }

    private static Tool usage() {
        return new Tool(
                "usage_get",
                "Get usage",
                "Sums requests, tokens and cost over calls. A virtual key gets its own.",
                Schemas.closed("""
                        "groupBy":{"type":"string","maxLength":100,"description":"Any of key, model, day, provider, workspace, owner, tag, hour, joined by commas; absent is one total."},
                        "start":{"type":"string","maxLength":200,"description":"An instant; the first of the month, UTC, if absent."},
                        "end":{"type":"string","maxLength":200,"description":"An instant, left out itself."},
                        "key":{"type":"string","maxLength":200,"description":"The id of one key."},
                        "workspace":{"type":"string","maxLength":200,"description":"SPACE/ID"}"""),
                Schemas.listOf("""
                        "requests":{"type":"integer"},"inputTokens":{"type":"integer"},"cachedInputTokens":{"type":"integer"},
                        "outputTokens":{"type":"integer"},"cost":{"type":"string"},"currency":{"type":"string"}"""),
                Tool.Hints.READ,
                new Tool.Rule("usage.read", true),
                call -> call.exchange("GET", "/api/v1/usage" + call.queryWithout(), null));
    }

    private static Tool budget() {
        return new Tool(
                "budget_get",
                "Get budgets",
                "Lists budgets with what is spent, held by running calls, and left. A virtual key gets its own.",
                Schemas.closed("\"scope\":" + SCOPE + "," + Schemas.PAGE),
                Schemas.listOf(BUDGET),
                Tool.Hints.READ,
                new Tool.Rule("budgets.read", true),
                call -> call.exchange("GET", "/api/v1/budgets" + call.queryWithout(), null));
    }

    private static Tool set() {
        return new Tool(
                "budget_set",
                "Set a budget",
                "Sets the budget of a scope for a period, in place of the one before. What is over it is refused at"
                        + " once, and running calls that no longer fit are ended.",
                Schemas.closed("""
                        "scope":%s,"period":%s,"amount":{"anyOf":[{"type":"string"},{"type":"null"}],"description":"US dollars as a decimal string, or an integer in other units; null is an explicit no-limit, 0 blocks."},
                        "unit":{"type":"string","enum":["usd","requests","tokens"],"description":"usd if absent."},
                        "provider":{"type":"string","maxLength":63,"description":"Counts this provider only."},
                        "model":{"type":"string","maxLength":128,"description":"Counts this model only."},
                        "currency":{"type":"string","enum":["USD"]}""".formatted(SCOPE, Schemas.PERIOD), "scope", "period", "amount"),
                Schemas.open(BUDGET, "scope", "period"),
                new Tool.Hints(false, true, true, false),
                new Tool.Rule("budgets.write", false),
                call -> call.exchange("PUT", "/api/v1/budgets", call.arguments()));
    }
}
