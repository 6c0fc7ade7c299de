package dev.keymesh.gateway.access;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The names of what a management key may do, and the built-in sets of them. */
public final class Permissions {
    private static final List<String> RESOURCES = List.of(
            "spaces",
            "workspaces",
            "budgets",
            "providers",
            "prices",
            "credentials",
            "webhooks",
            "policy",
            "plans",
            "billing");
    private static final Set<String> ALL = names();
    static final Map<String, Set<String>> BUILT_IN = Map.of(
            "admin", ALL,
            "reader",
                    Set.copyOf(
                            ALL.stream().filter(name -> name.endsWith(".read")).toList()),
            "validator", Set.of("keys.validate", "spaces.read", "policy.evaluate"));

    private Permissions() {}

    /** All names. */
    public static Set<String> all() {
        return ALL;
    }

    private static Set<String> names() {
        Set<String> names = new TreeSet<>(List.of(
                "keys.read",
                "keys.create",
                "keys.update",
                "keys.revoke",
                "keys.import",
                "keys.validate",
                "usage.read",
                "audit.read",
                "policy.evaluate"));
        for (String resource : RESOURCES) {
            names.add(resource + ".read");
            names.add(resource + ".write");
        }
        return Set.copyOf(names);
    }
}
