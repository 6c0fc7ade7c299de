package dev.keymesh.server.mcp.sdk;

import dev.keymesh.server.mcp.Outlet;
import dev.keymesh.server.mcp.RpcFault;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpStreamableServerTransport;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import reactor.core.publisher.Mono;

/** The SDK's way to an outlet. Errors go out without what the SDK adds to them, which tells of our inside. */
final class OutletTransport implements McpStreamableServerTransport {
    private final JsonpMapper mapper;
    private final Outlet out;

    OutletTransport(JsonpMapper mapper, Outlet out) {
        this.mapper = mapper;
        this.out = out;
    }

    @Override
    public Mono<Void> sendMessage(McpSchema.JSONRPCMessage message) {
        return Mono.fromRunnable(() -> out.send(wire(message)));
    }

    @Override
    public Mono<Void> sendMessage(McpSchema.JSONRPCMessage message, String messageId) {
        return sendMessage(message);
    }

    private JsonObject wire(McpSchema.JSONRPCMessage message) {
        if (message instanceof McpSchema.JSONRPCResponse response && response.error() != null) {
            var error = response.error();
            JsonValue id = mapper.write(response.id());
            return error.code() == McpSchema.ErrorCodes.INTERNAL_ERROR
                    ? RpcFault.internal(id).answer()
                    : RpcFault.of(error.code(), error.message(), id).answer();
        }
        return mapper.write(message).asJsonObject();
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return mapper.convertValue(data, type);
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(this::close);
    }

    @Override
    public void close() {
        out.close();
    }
}
