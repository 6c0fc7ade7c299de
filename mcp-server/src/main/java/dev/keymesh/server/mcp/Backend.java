package dev.keymesh.server.mcp;

import dev.keymesh.sdk.Transport;

/**
 * The gateway that the tools act on, in this process or over HTTP.
 *
 * @param rest its REST API
 * @param models its model path, always over HTTP: a model's call takes the same way as everybody's
 */
public record Backend(Transport rest, Transport models) {}
