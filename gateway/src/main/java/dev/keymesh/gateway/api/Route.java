package dev.keymesh.gateway.api;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One row of the REST API.
 *
 * @param pattern a path whose {@code *} segments are parameters
 * @param permission what a management key needs; empty is any credential
 * @param callers whose credentials it is for
 * @param narrows whether the resource itself shows a caller only what it reaches; else {@link Reach} decides
 * @param repeatable whether an answer to an earlier request with the same {@code Idempotency-Key} may stand for a new one
 * @param csv whether its body may be CSV
 * @param query the names of the query parameters that it takes; any other is refused
 */
public record Route(
        String method,
        String pattern,
        String permission,
        Callers callers,
        boolean narrows,
        boolean repeatable,
        boolean csv,
        Set<String> query,
        Function<Call, ApiResponse> handler) {
    /** Whose credentials a route is for. */
    enum Callers {
        MANAGEMENT_KEYS,
        VIRTUAL_KEYS,
        BOTH
    }

    /** What a path is in, by its first parameter. */
    enum Part {
        SPACE,
        KEY,
        ACCOUNT
    }

    static Route of(String method, String pattern, String permission, Function<Call, ApiResponse> handler) {
        return new Route(method, pattern, permission, Callers.MANAGEMENT_KEYS, false, true, false, Set.of(), handler);
    }

    /** For virtual keys too. */
    static Route shared(String method, String pattern, String permission, Function<Call, ApiResponse> handler) {
        return new Route(method, pattern, permission, Callers.BOTH, false, true, false, Set.of(), handler);
    }

    /** For virtual keys alone: what the key may do with itself. */
    static Route own(String method, String pattern, Function<Call, ApiResponse> handler) {
        return new Route(method, pattern, "", Callers.VIRTUAL_KEYS, true, true, false, Set.of(), handler);
    }

    /** The same, with these query parameters. */
    Route taking(String... names) {
        return new Route(method, pattern, permission, callers, narrows, repeatable, csv, Set.of(names), handler);
    }

    /** The same, narrowed by its resource. */
    Route narrowing() {
        return new Route(method, pattern, permission, callers, true, repeatable, csv, query, handler);
    }

    /** The same for a question: its answer is what holds now. */
    Route asking() {
        return new Route(method, pattern, permission, callers, narrows, false, csv, query, handler);
    }

    /** The same, with a body of CSV too. */
    Route orCsv() {
        return new Route(method, pattern, permission, callers, narrows, repeatable, true, query, handler);
    }

    Part part() {
        if (pattern.startsWith("/api/v1/spaces/*")) {
            return Part.SPACE;
        }
        return pattern.startsWith("/api/v1/keys/*") ? Part.KEY : Part.ACCOUNT;
    }

    /** The parameters of a path that matches, or null. */
    @Nullable
    List<String> match(String path) {
        return PathPattern.match(pattern, path);
    }
}
