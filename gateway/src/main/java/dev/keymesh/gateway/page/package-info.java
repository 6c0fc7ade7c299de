/**
 * The dashboard: pages that the server renders, their sessions and what their forms do. The HTTP door calls it; it does
 * everything through the SDK, as the caller of the session. Knows no Jetty.
 */
@NullMarked
package dev.keymesh.gateway.page;

import org.jspecify.annotations.NullMarked;
