package dev.keymesh.gateway.ledger;

import java.util.List;

/** The links of a scope chain that carry balances, outermost first: every budget on them must hold. */
public record Scopes(String space, String workspace, String key, List<String> all) {
    public static final String ACCOUNT = "account";

    public static Scopes of(String space, String workspace, String key) {
        return new Scopes(space, workspace, key, List.of(ACCOUNT, space(space), workspace(space, workspace), key(key)));
    }

    public static String space(String space) {
        return "space:" + space;
    }

    public static String workspace(String space, String workspace) {
        return "workspace:" + space + "/" + workspace;
    }

    public static String key(String id) {
        return "key:" + id;
    }
}
