package dev.keymesh.gateway.dialect;

import dev.keymesh.gateway.provider.Shape;
import java.util.HashMap;
import java.util.Map;

/** Finds the operation of a request by its method and raw path, which must match exactly. */
public final class Operations {
    private static final Map<String, Operation> BY_PATH = byPath();

    private Operations() {}

    public static Lookup find(String method, String rawPath) {
        Operation operation = BY_PATH.get(rawPath);
        if (operation == null) {
            return new Lookup.UnknownPath(rawPath.contains("/messages") ? Shape.ANTHROPIC : Shape.OPENAI);
        }
        return operation.method().equals(method)
                ? new Lookup.Found(operation)
                : new Lookup.WrongMethod(operation.method(), operation.shape());
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
        record Found(Operation operation) implements Lookup {}

        record UnknownPath(Shape shape) implements Lookup {}

        record WrongMethod(String allowed, Shape shape) implements Lookup {}
    }
}
