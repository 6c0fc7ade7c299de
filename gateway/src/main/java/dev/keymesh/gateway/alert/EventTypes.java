package dev.keymesh.gateway.alert;

import dev.keymesh.gateway.access.Permissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The names of what an endpoint can be told: the acts, which are named as their permissions, and what Keymesh notices. */
public final class EventTypes {
    public static final String ALL = "*";
    static final String KEY_EXPIRING = "key.expiring";
    static final String CREDENTIAL_REJECTED = "provider.credential_rejected";
    static final String SPEND_UNUSUAL = "key.spend_unusual";
    static final String TEST = "webhook.test";

    private static final List<String> NOTICED = List.of(
            "budget.threshold_reached", KEY_EXPIRING, CREDENTIAL_REJECTED, SPEND_UNUSUAL, "ledger.bound_exceeded");
    private static final Set<String> QUESTIONS = Set.of("keys.validate", "policy.evaluate");
    private static final Set<String> KNOWN = names();

    private EventTypes() {}

    public static Set<String> known() {
        return KNOWN;
    }

    private static Set<String> names() {
        Set<String> names = new TreeSet<>(NOTICED);
        Permissions.all().stream()
                .filter(name -> !name.endsWith(".read") && !QUESTIONS.contains(name))
                .forEach(names::add);
        return java.util.Collections.unmodifiableSet(names);
    }
}
