/** Providers, their sealed credentials, and which of them serves a call. */
@NullMarked
package dev.keymesh.gateway.provider;

import org.jspecify.annotations.NullMarked;
