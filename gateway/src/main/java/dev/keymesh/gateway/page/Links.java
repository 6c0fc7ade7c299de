package dev.keymesh.gateway.page;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Addresses of pages, with what users wrote percent-encoded. */
final class Links {
    private Links() {}

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static String key(String id) {
        return "/ui/keys/" + encoded(id);
    }

    /** The path with these in its query; empty and null ones are left out. */
    static String with(String path, Map<String, ? extends @Nullable String> query) {
        StringBuilder link = new StringBuilder(path);
        query.forEach((name, value) -> {
            if (value != null && !value.isEmpty()) {
                link.append(link.indexOf("?") < 0 ? '?' : '&')
                        .append(encoded(name))
                        .append('=')
                        .append(encoded(value));
            }
        });
        return link.toString();
    }
}
