package dev.keymesh.sdk;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which part of a list to answer: filters, how many, and from where. Sent in the query of the path. */
public final class Query {
    private final Map<String, String> parameters;

    private Query(Map<String, String> parameters) {
        this.parameters = parameters;
    }

    /** The newest of everything. */
    public static Query all() {
        return new Query(Map.of());
    }

    /** The same with this filter; the list's method names the filters that it has. Null takes the filter away. */
    public Query where(String name, @Nullable String value) {
        Map<String, String> next = new LinkedHashMap<>(parameters);
        if (value == null) {
            next.remove(name);
        } else {
            next.put(name, value);
        }
        return new Query(next);
    }

    /** The same with at most so many, 1 to 100; the server answers 20 where it is absent. */
    public Query limit(int limit) {
        return where("limit", Integer.toString(limit));
    }

    /** The same from this {@code nextCursor} of an earlier page on; null is from the start. */
    public Query after(@Nullable String cursor) {
        return where("cursor", cursor);
    }

    /** The same grouped by these. */
    public Query groupBy(String... members) {
        return where("groupBy", members.length == 0 ? null : String.join(",", members));
    }

    /** The same from this instant on. */
    public Query from(Instant start) {
        return where("start", start.toString());
    }

    /** The same up to this instant, which is left out. */
    public Query until(Instant end) {
        return where("end", end.toString());
    }

    /** The query with its question mark, percent-encoded; empty where there is nothing to say. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        parameters.forEach((name, value) -> text.append(text.length() == 0 ? '?' : '&')
                .append(WireRequest.segment(name))
                .append('=')
                .append(WireRequest.segment(value)));
        return text.toString();
    }
}
