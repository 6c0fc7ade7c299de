/** MCP: the tools, who sees which, and the ways in over standard input and HTTP; the commands and the gateway mount it. */
@NullMarked
package dev.keymesh.server.mcp;

import org.jspecify.annotations.NullMarked;
