package dev.keymesh.gateway.api;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path whose {@code *} segments are parameters. */
public final class PathPattern {
    private PathPattern() {}

    /** The parameters of a path that matches, as they are written, or null. */
    public static @Nullable List<String> match(String pattern, String path) {
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
