package dev.keymesh.gateway.api;

import dev.keymesh.gateway.access.Caller;
import dev.keymesh.gateway.store.Actor;
import dev.keymesh.sdk.wire.Page;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One authorised request, as a resource sees it: who calls, the path's parameters, the query, the body. */
public record Call(
        Caller caller, ApiRequest request, List<String> params, Map<String, String> query, String requestId) {
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
        return value == null || value.isEmpty() ? null : value;
    }

    void allow(String... names) {
        Set<String> known = Set.of(names);
        for (String name : query.keySet()) {
            if (!known.contains(name)) {
                throw Rejection.malformed("The query parameter '" + name + "' is not known here. Known are: "
                        + String.join(", ", known.stream().sorted().toList()) + ".");
            }
        }
    }

    @Nullable
    Instant instant(String name) {
        String value = asked(name);
        if (value == null) {
            return null;
        }
        try {
            return Instant.parse(value);
        } catch (DateTimeParseException e) {
            throw Rejection.malformed("'" + name + "' must be an instant such as 2026-12-01T00:00:00Z.");
        }
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
