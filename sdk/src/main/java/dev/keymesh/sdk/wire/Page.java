package dev.keymesh.sdk.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list, newest first.
 *
 * @param data at most as many as the limit that was asked for
 */
public record Page<T>(List<T> data, Pagination pagination) {

    /** A list that ends here. */
    public static <T> Page<T> last(List<T> data) {
        return new Page<>(data, new Pagination(null, false));
    }

    /** A list that goes on at this opaque cursor. */
    public static <T> Page<T> before(String nextCursor, List<T> data) {
        return new Page<>(data, new Pagination(nextCursor, true));
    }

    /**
     * Where the list goes on.
     *
     * @param nextCursor opaque; null where nothing follows
     */
    public record Pagination(@Nullable String nextCursor, boolean hasMore) {}
}
