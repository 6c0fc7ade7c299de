package dev.keymesh.gateway.dialect;

import java.util.Set;
import java.util.TreeSet;

/** What is known of a call that makes or takes pictures or sound, by its operation alone. */
final class MediaFacts {
    /** What no byte of the request bounds. */
    static final String UNBOUNDED = "pictures or sound";

    private MediaFacts() {}

    static Set<String> modalities(Operation operation) {
        return new TreeSet<>(Set.of("text", operation.billing() == Operation.Billing.IMAGES ? "image" : "audio"));
    }
}
