package dev.keymesh.gateway.dialect;

import dev.keymesh.gateway.provider.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds the operation of a request by its method and raw path, which must match exactly but for an id. */
public final class Operations {
    private static final String ID = "{}";
    /** Of an object; nothing in it could lead to another path. */
    private static final Pattern OBJECT_ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    private static final Map<String, List<Operation>> BY_PATH = byPath();
    /** Templates with the id of an object. */
    private static final List<String> OBJECTS =
            BY_PATH.keySet().stream().filter(path -> path.contains(ID)).sorted().toList();

    private Operations() {}

    public static Lookup find(String method, String rawPath) {
        List<Operation> there = BY_PATH.get(rawPath);
        if (there != null && !rawPath.contains(ID) && !rawPath.endsWith("/")) {
            return found(there, method, "");
        }
        for (String prefix : Operation.MODEL.paths()) {
            if (rawPath.startsWith(prefix) && rawPath.length() > prefix.length()) {
                return found(List.of(Operation.MODEL), method, rawPath.substring(prefix.length()));
            }
        }
        return object(method, rawPath);
    }

    private static Lookup object(String method, String rawPath) {
        for (String template : OBJECTS) {
            int at = template.indexOf(ID);
            String after = template.substring(at + ID.length());
            if (rawPath.length() > at + after.length()
                    && rawPath.startsWith(template.substring(0, at))
                    && rawPath.endsWith(after)) {
                String id = rawPath.substring(at, rawPath.length() - after.length());
                if (OBJECT_ID.matcher(id).matches()) {
                    return found(BY_PATH.getOrDefault(template, List.of()), method, id);
                }
            }
        }
        return new Lookup.UnknownPath(rawPath.contains("/messages") ? Shape.ANTHROPIC : Shape.OPENAI);
    }

    private static Lookup found(List<Operation> there, String method, String id) {
        for (Operation operation : there) {
            if (operation.method().equals(method)) {
                return new Lookup.Found(operation, id);
            }
        }
        String allowed = there.stream().map(Operation::method).collect(Collectors.joining(", "));
        return new Lookup.WrongMethod(there.getFirst(), allowed);
    }

    private static Map<String, List<Operation>> byPath() {
        Map<String, List<Operation>> byPath = new HashMap<>();
        for (Operation operation : Operation.values()) {
            for (String path : operation.paths()) {
                byPath.computeIfAbsent(path, _ -> new ArrayList<>()).add(operation);
            }
        }
        return Map.copyOf(byPath);
    }

    /** What a method and path are. */
    public sealed interface Lookup {
        /**
         * It is served.
         *
         * @param id that of the model or object that it is about, as it is written; else empty
         */
        record Found(Operation operation, String id) implements Lookup {}

        record UnknownPath(Shape shape) implements Lookup {}

        /**
         * The path is served with other methods.
         *
         * @param allowed as the header {@code Allow} lists them
         */
        record WrongMethod(Operation operation, String allowed) implements Lookup {}
    }
}
