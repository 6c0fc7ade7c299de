package dev.keymesh.server.mcp;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;

/** Why a message is not served: a JSON-RPC error, with a message that says what to do. */
public final class RpcFault extends Exception {
    static final int PARSE_ERROR = -32700;
    static final int INVALID_REQUEST = -32600;
    static final int INVALID_PARAMS = -32602;
    static final int INTERNAL = -32603;

    /** Ours, from the range that the specification leaves to servers up to revision 2025-11-25. */
    static final int UNAVAILABLE = -32000;

    static final int UNAUTHENTICATED = -32001;

    private final int code;
    private final JsonValue id;

    RpcFault(int code, String message, JsonValue id) {
        super(message, null, false, false);
        this.code = code;
        this.id = id;
    }

    /** An error of an engine. */
    public static RpcFault of(int code, String message, JsonValue id) {
        return new RpcFault(code, message, id);
    }

    /** The parameters do not fit the method. */
    public static RpcFault params(String message, JsonValue id) {
        return new RpcFault(INVALID_PARAMS, message, id);
    }

    /** A bug of ours; the log says more. */
    public static RpcFault internal(JsonValue id) {
        return new RpcFault(INTERNAL, "Keymesh failed; its log says more.", id);
    }

    /** The one answer to a tool that is not there and to one that the caller does not see. */
    public static RpcFault unknownTool(JsonValue id) {
        return new RpcFault(
                INVALID_PARAMS,
                "There is no such tool. tools/list names the tools that this credential may call; names match exactly.",
                id);
    }

    /** The fault as the message that is answered. */
    public JsonObject answer() {
        JsonObjectBuilder error =
                Json.createObjectBuilder().add("code", code).add("message", String.valueOf(getMessage()));
        return Json.createObjectBuilder()
                .add("jsonrpc", "2.0")
                .add("id", id)
                .add("error", error)
                .build();
    }
}
