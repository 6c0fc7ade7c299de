package dev.keymesh.gateway.page;

import dev.keymesh.gateway.api.PathPattern;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One row of the dashboard: a page, or what a form of one does.
 *
 * @param method {@code GET} or {@code POST}; what changes something is a POST, and its form carries the session's token
 * @param pattern a path whose {@code *} segments are parameters
 * @param permission what the session's key needs; empty is any key
 */
record PageRoute(String method, String pattern, String permission, Function<Visit, PageResponse> handler) {
    static PageRoute get(String pattern, String permission, Function<Visit, PageResponse> handler) {
        return new PageRoute("GET", pattern, permission, handler);
    }

    static PageRoute post(String pattern, String permission, Function<Visit, PageResponse> handler) {
        return new PageRoute("POST", pattern, permission, handler);
    }

    /** The decoded parameters of a path that matches, or null. */
    @Nullable
    List<String> match(String path) {
        List<String> params = PathPattern.match(pattern, path);
        return params == null ? null : params.stream().map(PageRoute::decoded).toList();
    }

    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refused.notFound();
        }
    }
}
