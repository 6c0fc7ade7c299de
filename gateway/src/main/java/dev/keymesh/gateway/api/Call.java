package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.Caller;
import dev.keymesh.gateway.access.VirtualKey;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.gateway.store.Ids;
import dev.keymesh.sdk.wire.Page;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One authorised request, as a resource sees it: who calls, the path's parameters, the query, the body.
 *
 * @param still whether the caller may still ask for this, which an answer that goes on asks again and again
 */
public record Call(
        Caller caller,
        ApiRequest request,
        List<String> params,
        Map<String, String> query,
        String requestId,
        BooleanSupplier still) {
    /** The query parameter by which a body is checked and nothing is written. */
    static final String DRY_RUN = "dryRun";

    private static final int DEFAULT_LIMIT = 20;
    private static final int MOST = 100;

    static Map<String, String> parse(String query) {
        Map<String, String> values = new HashMap<>();
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            try {
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                if (values.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
                    throw Rejection.malformed("The query has '" + name + "' twice.");
                }
            } catch (IllegalArgumentException e) {
                throw Rejection.malformed("The query is not well encoded.");
            }
        }
        return values;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    Actor actor() {
        return caller.actor();
    }

    String param(int index) {
        return params.get(index);
    }

    @Nullable
    String asked(String name) {
        String value = query.get(name);
        if (value != null && value.indexOf('\0') >= 0) {
            throw Rejection.malformed("'" + name + "' has a NUL in it.");
        }
        return value == null || value.isEmpty() ? null : value;
    }

    /** The virtual key that asks; null where it is a management key. */
    @Nullable
    VirtualKey virtual() {
        return caller instanceof Caller.Virtual(var key) ? key : null;
    }

    /** Whether something of this space is within reach; null is what belongs to no space alone. */
    boolean reaches(@Nullable String space) {
        String only = onlySpace();
        return only == null || only.equals(space);
    }

    /** The one space that the caller reaches; null is all. */
    @Nullable
    String onlySpace() {
        return switch (caller) {
            case Caller.Virtual(var key) -> key.space();
            case Caller.Management key -> key.space();
        };
    }

    /** Refuses query parameters that the route does not take: a filter with a typo must not list everything. */
    Call taking(Set<String> known) {
        for (String name : query.keySet()) {
            if (!known.contains(name)) {
                throw Rejection.malformed("The query parameter '" + name + "' is not known here. "
                        + (known.isEmpty()
                                ? "None is."
                                : "Known are: "
                                        + String.join(
                                                ", ", known.stream().sorted().toList()) + "."));
            }
        }
        return this;
    }

    /** A verb's body: the empty object, which may be left out. */
    Call bare() {
        if (request.body().length > 0) {
            Bodies.empty(request.body());
        }
        return this;
    }

    /** Whether the body is only to be checked: nothing is written, and the answer is what would be. */
    boolean isDry() {
        String value = asked(DRY_RUN);
        if (value == null || value.equals("false")) {
            return false;
        }
        if (!value.equals("true")) {
            throw Rejection.malformed("'" + DRY_RUN + "' is true or false.");
        }
        return true;
    }

    @Nullable
    Instant instant(String name) {
        String value = asked(name);
        if (value == null) {
            return null;
        }
        Instant instant = Instants.read(value);
        if (instant == null) {
            throw Rejection.malformed("'" + name + "' must be an instant such as 2026-12-01T00:00:00Z.");
        }
        return instant;
    }

    /** Refuses a change of something that has changed since the caller read it. */
    void unchanged(Instant updatedAt) {
        String wanted = request.header("if-match");
        if (!wanted.isEmpty() && !wanted.equals("*") && !wanted.equals(etag(updatedAt))) {
            throw new Rejection(412, "stale", "It has changed since you read it. Read it again.", List.of());
        }
    }

    static String etag(Instant updatedAt) {
        return "\"" + updatedAt.toEpochMilli() + "\"";
    }

    int limit() {
        String value = asked("limit");
        if (value == null) {
            return DEFAULT_LIMIT;
        }
        if (!value.matches("\\d{1,3}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > MOST) {
            throw Rejection.malformed("'limit' must be an integer from 1 to 100.");
        }
        return Integer.parseInt(value);
    }

    /** The id that the page before ended with. */
    @Nullable
    String cursor() {
        String value = asked("cursor");
        if (value == null) {
            return null;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(value), StandardCharsets.UTF_8);
            if (text.startsWith("c1:")) {
                return text.substring(3);
            }
        } catch (IllegalArgumentException e) {
            // the same answer as for a cursor of another form
        }
        throw Rejection.malformed("'cursor' is not one that Keymesh gave.");
    }

    /** The number that a cursor holds; another list's cursor holds none. */
    static long number(String cursor) {
        if (!cursor.matches("\\d{1,18}")) {
            throw Rejection.malformed("'cursor' is not one that this list gave.");
        }
        return Long.parseLong(cursor);
    }

    /**
     * A page of rows that are in memory, newest first.
     *
     * @param place tells rows of the same instant apart; a cursor stays good when its row is gone
     */
    <R, W> Page<W> slice(List<R> rows, Function<R, Instant> at, Function<R, String> place, Function<R, W> wire) {
        String before = cursor();
        // Written once for each row, and not in each comparison.
        List<Placed<R>> left = rows.stream()
                .map(row -> new Placed<>(Ids.floor("at", at.apply(row)) + place.apply(row), row))
                .filter(row -> before == null || row.key.compareTo(before) < 0)
                .sorted(Comparator.comparing((Placed<R> row) -> row.key).reversed())
                .limit(limit() + 1L)
                .toList();
        return page(left, limit(), Placed::key, row -> wire.apply(row.row));
    }

    /** A row, and what it is sorted by. */
    private record Placed<R>(String key, R row) {}

    /** A page of rows that were read with one more than the limit. */
    static <R, W> Page<W> page(List<R> rows, int limit, Function<R, String> id, Function<R, W> wire) {
        List<W> data = rows.stream().limit(limit).map(wire).toList();
        if (rows.size() <= limit) {
            return Page.last(data);
        }
        byte[] cursor = ("c1:" + id.apply(rows.get(limit - 1))).getBytes(StandardCharsets.UTF_8);
        return Page.before(Base64.getUrlEncoder().withoutPadding().encodeToString(cursor), data);
    }

    <T extends Record> T body(Class<T> type) {
        return Bodies.read(request.body(), type);
    }
}
