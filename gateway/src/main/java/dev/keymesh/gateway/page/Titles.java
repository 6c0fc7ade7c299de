package dev.keymesh.gateway.page;

import dev.keymesh.sdk.KeymeshException;
import java.util.HashMap;
import java.util.Map;

/** The titles of keys, where a page knows their ids alone. */
final class Titles {
    private final Visit visit;
    private final Map<String, String> known = new HashMap<>();

    Titles(Visit visit) {
        this.visit = visit;
    }

    /** The id itself where the reader may not see the key. */
    String key(String id) {
        return visit.may("keys.read") ? known.computeIfAbsent(id, this::asked) : id;
    }

    private String asked(String id) {
        try {
            return visit.keymesh().spaces().keys().get(id).title();
        } catch (KeymeshException e) {
            if (e.status() != 404) {
                throw e;
            }
            return id;
        }
    }

    /** How a budget's scope is written. */
    String scope(String scope) {
        if (scope.equals("account")) {
            return "Whole account";
        }
        int colon = scope.indexOf(':');
        String name = scope.substring(colon + 1);
        return switch (scope.substring(0, colon)) {
            case "space" -> "Space " + name;
            case "workspace" -> "Workspace " + name;
            default -> "Key " + key(name);
        };
    }
}
