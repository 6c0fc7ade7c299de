package dev.keymesh.gateway.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One row of the REST API.
 *
 * @param pattern a path whose {@code *} segments are parameters
 * @param permission what a management key needs; empty is any credential
 * @param query the names of the query parameters that it takes; any other is refused
 * @param virtualKeys whether a virtual key may call it too; the resource narrows what it sees
 */
public record Route(
        String method,
        String pattern,
        String permission,
        boolean virtualKeys,
        Set<String> query,
        Function<Call, ApiResponse> handler) {
    static Route of(String method, String pattern, String permission, Function<Call, ApiResponse> handler) {
        return new Route(method, pattern, permission, false, Set.of(), handler);
    }

    static Route shared(String method, String pattern, String permission, Function<Call, ApiResponse> handler) {
        return new Route(method, pattern, permission, true, Set.of(), handler);
    }

    /** The same, with these query parameters. */
    Route taking(String... names) {
        return new Route(method, pattern, permission, virtualKeys, Set.of(names), handler);
    }

    /** The parameters of a path that matches, or null. */
    @Nullable
    List<String> match(String path) {
        String[] wanted = pattern.split("/", -1);
        String[] given = path.split("/", -1);
        if (wanted.length != given.length) {
            return null;
        }
        List<String> params = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("*") && !given[i].isEmpty()) {
                params.add(given[i]);
            } else if (!wanted[i].equals(given[i])) {
                return null;
            }
        }
        return params;
    }
}
