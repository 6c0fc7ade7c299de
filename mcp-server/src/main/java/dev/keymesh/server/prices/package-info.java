/** Reads price lists of others' formats into prices of Keymesh; called by the command {@code keymesh prices import}. */
@NullMarked
package dev.keymesh.server.prices;

import org.jspecify.annotations.NullMarked;
