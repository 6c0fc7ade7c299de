package dev.keymesh.server.mcp;

/** The workspaces of a space. */
final class WorkspaceTools {
    private WorkspaceTools() {}

    static Tool list() {
        return new Tool(
                "workspaces_list",
                "List workspaces",
                "Lists the workspaces of a space with their policies, newest first.",
                Schemas.closed("\"space\":" + Schemas.SLUG + "," + Schemas.PAGE),
                Schemas.listOf("""
                        "id":{"type":"string"},"title":{"type":"string"},"environment":{"type":"string"},
                        "space":{"type":"string"},"policy":{"anyOf":[{"type":"object"},{"type":"null"}]}"""),
                Tool.Hints.READ,
                new Tool.Rule("workspaces.read", false),
                call -> call.exchange(
                        "GET",
                        "/api/v1/spaces/" + call.segment("space", "default") + "/workspaces"
                                + call.queryWithout("space"),
                        null));
    }
}
