package dev.keymesh.gateway.dialect;

import dev.keymesh.gateway.provider.Shape;
import java.util.HashMap;
import java.util.Map;

/** Finds the operation of a request by its method and raw path, which must match exactly but for an id at its end. */
public final class Operations {
    private static final Map<String, Operation> BY_PATH = byPath();

    private Operations() {}

    public static Lookup find(String method, String rawPath) {
        Operation operation = BY_PATH.get(rawPath);
        String id = "";
        if (operation == null) {
            for (String prefix : Operation.MODEL.paths()) {
                if (rawPath.startsWith(prefix)) {
                    operation = Operation.MODEL;
                    id = rawPath.substring(prefix.length());
                }
            }
        }
        if (operation == null || (operation == Operation.MODEL && id.isEmpty())) {
            return new Lookup.UnknownPath(rawPath.contains("/messages") ? Shape.ANTHROPIC : Shape.OPENAI);
        }
        return operation.method().equals(method) ? new Lookup.Found(operation, id) : new Lookup.WrongMethod(operation);
    }

    private static Map<String, Operation> byPath() {
        Map<String, Operation> byPath = new HashMap<>();
        for (Operation operation : Operation.values()) {
            operation.paths().forEach(path -> byPath.put(path, operation));
        }
        return Map.copyOf(byPath);
    }

    /** What a method and path are. */
    public sealed interface Lookup {
        /**
         * It is served.
         *
         * @param id what follows the path of an operation on one object, as it is written; else empty
         */
        record Found(Operation operation, String id) implements Lookup {}

        record UnknownPath(Shape shape) implements Lookup {}

        record WrongMethod(Operation operation) implements Lookup {}
    }
}
