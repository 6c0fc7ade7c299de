package dev.keymesh.server.mcp;

import jakarta.json.JsonObject;

/** Where messages for the client go, whole and one at a time. */
@FunctionalInterface
public interface Outlet extends AutoCloseable {
    void send(JsonObject message);

    /** Nothing more will be sent. */
    @Override
    default void close() {}
}
