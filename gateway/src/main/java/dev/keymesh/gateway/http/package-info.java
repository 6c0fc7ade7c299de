/** Jetty: connectors, deadlines, sizes, and which path goes where. */
@NullMarked
package dev.keymesh.gateway.http;

import org.jspecify.annotations.NullMarked;
