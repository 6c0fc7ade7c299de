package dev.keymesh.gateway.page;

import dev.keymesh.sdk.WireRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Addresses of pages, with what users wrote percent-encoded. */
final class Links {
    private Links() {}

    static String key(String id) {
        return "/ui/keys/" + WireRequest.segment(id);
    }

    /** The path with these in its query; empty and null ones are left out. */
    static String with(String path, Map<String, ? extends @Nullable String> query) {
        StringBuilder link = new StringBuilder(path);
        query.forEach((name, value) -> {
            if (value != null && !value.isEmpty()) {
                link.append(link.indexOf("?") < 0 ? '?' : '&')
                        .append(WireRequest.segment(name))
                        .append('=')
                        .append(WireRequest.segment(value));
            }
        });
        return link.toString();
    }
}
