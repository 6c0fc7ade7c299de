/** Jdbi, the one writer, the two databases, encryption and migrations; every store of a feature stands on it. */
@NullMarked
package dev.keymesh.gateway.store;

import org.jspecify.annotations.NullMarked;
