/** What a call can cost at most and what it did cost, in nano-dollars; admission and settlement ask it. */
@NullMarked
package dev.keymesh.gateway.price;

import org.jspecify.annotations.NullMarked;
