/** Uses of Keymesh by others' clients, run as tests. */
@NullMarked
package dev.keymesh.examples;

import org.jspecify.annotations.NullMarked;
