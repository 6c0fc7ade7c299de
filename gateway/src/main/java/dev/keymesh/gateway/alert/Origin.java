package dev.keymesh.gateway.alert;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Where what an event is about belongs.
 *
 * @param space null is the whole account, and whatever is not known to belong to one space
 * @param title of the key that it is about
 */
record Origin(@Nullable String space, @Nullable String title) {
    private static final Origin ACCOUNT = new Origin(null, null);

    static Origin of(Handle handle, String target) {
        if (target.startsWith("space:")) {
            return new Origin(target.substring("space:".length()), null);
        }
        if (target.startsWith("workspace:")) {
            String path = target.substring("workspace:".length());
            int slash = path.indexOf('/');
            return slash < 0 ? ACCOUNT : new Origin(path.substring(0, slash), null);
        }
        String id = target.startsWith("key:") ? target.substring("key:".length()) : target;
        if (id.startsWith("key_")) {
            return found(handle, "SELECT space, title FROM virtual_key WHERE id = :id", id);
        }
        if (id.startsWith("req_")) {
            return found(handle, "SELECT space, NULL FROM call WHERE id = :id", id);
        }
        if (id.startsWith("whe_")) {
            return found(handle, "SELECT space, NULL FROM webhook_endpoint WHERE id = :id", id);
        }
        return ACCOUNT;
    }

    private static Origin found(Handle handle, String query, String id) {
        return handle.createQuery(query)
                .bind("id", id)
                .map((row, context) -> new Origin(row.getString(1), row.getString(2)))
                .findOne()
                .orElse(ACCOUNT);
    }
}
