package dev.keymesh.gateway.page;

import dev.keymesh.sdk.wire.Page;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a list goes on, and where it begins; null leads nowhere. */
record Paging(@Nullable String first, @Nullable String next) {
    /**
     * Of a list whose page is named by {@code cursor} in the query.
     *
     * @param filters what else the query holds
     */
    static Paging of(Visit visit, String path, Map<String, String> filters, Page<?> page) {
        String cursor = page.pagination().nextCursor();
        Map<String, String> query = new LinkedHashMap<>(filters);
        String first = visit.query().given("cursor") == null ? null : Links.with(path, query);
        query.put("cursor", cursor == null ? "" : cursor);
        return new Paging(first, cursor == null ? null : Links.with(path, query));
    }
}
