/** The MCP Java SDK behind the tools: it speaks the revisions up to 2025-11-25. Nothing else knows its types. */
@NullMarked
package dev.keymesh.server.mcp.sdk;

import org.jspecify.annotations.NullMarked;
