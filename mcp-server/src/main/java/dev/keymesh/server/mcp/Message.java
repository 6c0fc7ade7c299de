package dev.keymesh.server.mcp;

import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;

/**
 * One JSON-RPC message from a client, parsed once for everybody.
 *
 * @param method empty for a response
 * @param id a string or a whole number; null's JSON for a notification
 * @param params the empty object where they are left out
 */
public record Message(Kind kind, String method, JsonValue id, JsonObject params, JsonObject json) {
    /** The longest message that is read, in bytes: arguments of 1 MiB and what is around them. */
    static final int LONGEST = 1024 * 1024 + 64 * 1024;

    private static final int LONGEST_ID = 200;

    /** What a message is. */
    public enum Kind {
        REQUEST,
        NOTIFICATION,
        RESPONSE
    }

    /**
     * Reads a message.
     *
     * @throws RpcFault where it is none
     */
    static Message read(byte[] utf8) throws RpcFault {
        JsonValue value;
        try {
            value = JsonText.read(utf8);
        } catch (JsonException e) {
            // The reason of the parser quotes no more than a character.
            throw new RpcFault(
                    RpcFault.PARSE_ERROR,
                    "The message is no JSON text: " + e.getMessage() + ". Send one JSON object, whole, in UTF-8.",
                    JsonValue.NULL);
        }
        if (value instanceof JsonArray) {
            throw invalid("Batches are not served. Send one message at a time.", JsonValue.NULL);
        }
        if (!(value instanceof JsonObject json)) {
            throw invalid("A message is a JSON object.", JsonValue.NULL);
        }
        return of(json);
    }

    private static Message of(JsonObject json) throws RpcFault {
        JsonValue id = id(json);
        if (!(json.get("jsonrpc") instanceof JsonString version
                && version.getString().equals("2.0"))) {
            throw invalid("The member 'jsonrpc' must be \"2.0\".", id);
        }
        if (!json.containsKey("method") && (json.containsKey("result") || json.containsKey("error"))) {
            response(json);
            return new Message(Kind.RESPONSE, "", id, JsonValue.EMPTY_JSON_OBJECT, json);
        }
        if (!(json.get("method") instanceof JsonString method)) {
            throw invalid("The member 'method' must be a string.", id);
        }
        JsonValue params = json.getOrDefault("params", JsonValue.EMPTY_JSON_OBJECT);
        if (!(params instanceof JsonObject object)) {
            throw RpcFault.params("The member 'params' must be an object.", id);
        }
        Kind kind = json.containsKey("id") ? Kind.REQUEST : Kind.NOTIFICATION;
        return new Message(kind, method.getString(), id, object, json);
    }

    /** The fault's id is null: the response has the id of a request of ours, which says nothing to the client. */
    private static void response(JsonObject json) throws RpcFault {
        if (!json.containsKey("id")) {
            throw invalid("A response must have the 'id' of the request that it answers.", JsonValue.NULL);
        }
        if (!json.containsKey("error")) {
            return;
        }
        if (json.containsKey("result")
                || !(json.get("error") instanceof JsonObject error)
                || !(error.get("code") instanceof JsonNumber code
                        && code.toString().matches("-?\\d{1,9}"))
                || !(error.get("message") instanceof JsonString)) {
            throw invalid(
                    "The member 'error' of a response must be an object with 'code', a whole number of at most nine"
                            + " digits, and 'message', a string, and there must be no 'result' beside it.",
                    JsonValue.NULL);
        }
    }

    private static JsonValue id(JsonObject json) throws RpcFault {
        if (!json.containsKey("id")) {
            return JsonValue.NULL;
        }
        JsonValue id = json.get("id");
        boolean good = id instanceof JsonString text
                ? text.getString().length() <= LONGEST_ID
                : id instanceof JsonNumber number && number.toString().matches("-?\\d{1,18}");
        // An error that came before the id was known has null.
        if (!good && !(json.containsKey("error") && JsonValue.NULL.equals(id))) {
            throw invalid(
                    "The member 'id' must be a string of at most 200 characters or a whole number.", JsonValue.NULL);
        }
        return id;
    }

    private static RpcFault invalid(String message, JsonValue id) {
        return new RpcFault(RpcFault.INVALID_REQUEST, message, id);
    }

    /** Messages carry secrets. */
    @Override
    public String toString() {
        return "Message[" + kind + "]";
    }
}
