package dev.keymesh.server.mcp;

import dev.keymesh.sdk.Query;
import dev.keymesh.sdk.WireRequest;
import dev.keymesh.sdk.WireResponse;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One call of a tool: who, with which arguments; they fit the schema. */
record ToolCall(Caller caller, JsonObject arguments, Asker asker) {

    /** A text among the arguments; null where it is absent. */
    @Nullable
    String text(String name) {
        JsonValue value = arguments.get(name);
        return value == null || JsonValue.NULL.equals(value)
                ? null
                : value instanceof JsonString string ? string.getString() : value.toString();
    }

    String text(String name, String otherwise) {
        String text = text(name);
        return text == null ? otherwise : text;
    }

    /** An argument as a segment of a path. */
    String segment(String name, String otherwise) {
        return WireRequest.segment(text(name, otherwise));
    }

    /** The arguments but these, as the query of a path. */
    String queryWithout(String... left) {
        Set<String> out = Set.of(left);
        Query query = Query.all();
        for (String name : arguments.keySet()) {
            query = out.contains(name) ? query : query.where(name, text(name));
        }
        return query.toString();
    }

    /** The REST API's answer to a request. */
    JsonObject exchange(String method, String path, @Nullable JsonObject body) {
        WireResponse answer = caller.rest()
                .exchange(method, path, body == null ? null : body.toString().getBytes(StandardCharsets.UTF_8));
        try {
            if (JsonText.read(answer.body()) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonException e) {
            // Told below: a parser's message could quote the body.
        }
        throw new Refused("The gateway's answer cannot be read. Check that the address is a Keymesh server's.");
    }
}
