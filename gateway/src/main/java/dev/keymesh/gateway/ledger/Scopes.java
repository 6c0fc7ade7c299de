package dev.keymesh.gateway.ledger;

import java.util.ArrayList;
import java.util.List;

/** The links of a scope chain that carry balances, outermost first: every budget on them must hold. */
public record Scopes(String space, String workspace, String key, List<String> all) {
    public static final String ACCOUNT = "account";

    public static Scopes of(String space, String workspace, String key) {
        return of(space, workspace, List.of(), key);
    }

    /** With the keys that the key is a part of, outermost first. */
    public static Scopes of(String space, String workspace, List<String> parents, String key) {
        List<String> all = new ArrayList<>(List.of(ACCOUNT, space(space), workspace(space, workspace)));
        parents.forEach(parent -> all.add(key(parent)));
        all.add(key(key));
        return new Scopes(space, workspace, key, List.copyOf(all));
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
