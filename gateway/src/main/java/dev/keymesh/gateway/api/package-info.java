/** The REST routes, one class a resource; the HTTP door and the in-process transport call them. Knows no Jetty. */
@NullMarked
package dev.keymesh.gateway.api;

import org.jspecify.annotations.NullMarked;
