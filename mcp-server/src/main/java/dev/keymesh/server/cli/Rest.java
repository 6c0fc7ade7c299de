package dev.keymesh.server.cli;

import dev.keymesh.sdk.Keymesh;
import dev.keymesh.sdk.KeymeshException;
import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.WireResponse;
import dev.keymesh.server.mcp.JsonText;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The REST API with its JSON as it is: what is printed for programs is the server's answer. */
final class Rest {
    private static final int PAGE = 100;

    private final Keymesh keymesh;

    Rest(Keymesh keymesh) {
        this.keymesh = keymesh;
    }

    JsonObject get(String path) {
        return read(keymesh.exchange("GET", path, null));
    }

    JsonObject post(String path, JsonValue body) {
        return read(keymesh.exchange("POST", path, bytes(body)));
    }

    JsonObject postCsv(String path, byte[] table) {
        return read(keymesh.exchange("POST", path, "text/csv", table));
    }

    JsonObject put(String path, JsonValue body) {
        return read(keymesh.exchange("PUT", path, bytes(body)));
    }

    JsonObject patch(String path, JsonValue body) {
        return read(keymesh.exchange("PATCH", path, bytes(body)));
    }

    void delete(String path) {
        keymesh.exchange("DELETE", path, null);
    }

    /** As Prometheus scrapes them. */
    String metrics() {
        return new String(keymesh.exchange("GET", "/metrics", null).body(), StandardCharsets.UTF_8);
    }

    String usageCsv(Query query) {
        return keymesh.usageCsv(query);
    }

    /** The first so many of a list, over as many pages as it takes. */
    List<JsonObject> list(String path, Query query, int most) {
        List<JsonObject> found = new ArrayList<>();
        String cursor = null;
        do {
            JsonObject page =
                    get(path + query.limit(Math.min(PAGE, most - found.size())).after(cursor));
            found.addAll(page.getJsonArray("data").getValuesAs(JsonObject.class));
            cursor = next(page);
        } while (cursor != null && found.size() < most);
        return found;
    }

    /** A list that comes in one page. */
    List<JsonObject> whole(String path) {
        return get(path).getJsonArray("data").getValuesAs(JsonObject.class);
    }

    /** The whole list. */
    List<JsonObject> list(String path, Query query) {
        return list(path, query, Integer.MAX_VALUE);
    }

    private static @Nullable String next(JsonObject page) {
        JsonObject pagination = page.getJsonObject("pagination");
        return pagination.getBoolean("hasMore", false) ? pagination.getString("nextCursor") : null;
    }

    private static byte[] bytes(JsonValue body) {
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    // The parser's message is left out: it may quote what is secret.
    private static JsonObject read(WireResponse response) {
        try {
            return JsonText.object(new String(response.body(), StandardCharsets.UTF_8));
        } catch (JsonException e) {
            throw KeymeshException.unexpected(
                    response.status(),
                    "The answer is not one of Keymesh's API. Check the address, and any proxy before the server.");
        }
    }
}
