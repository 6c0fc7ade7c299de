package dev.keymesh.gateway.dialect;

import java.util.Set;
import java.util.TreeSet;

/** What is known of a call that makes or takes pictures or sound, by its operation alone. */
final class MediaFacts {
    /** A picture that is to be edited and may be anywhere. */
    static final String IMAGE = "image";

    /** A sound that is to be written down. */
    static final String AUDIO = "file";

    private static final Set<String> FILES = Set.of("file", "image", "image[]", "mask");

    private MediaFacts() {}

    static Set<String> modalities(Operation operation) {
        return new TreeSet<>(Set.of("text", operation.billing() == Operation.Billing.IMAGES ? "image" : "audio"));
    }

    /** Whether a part of a form of this name holds a file, whatever it calls itself. */
    static boolean isFile(String part) {
        return FILES.contains(part);
    }
}
