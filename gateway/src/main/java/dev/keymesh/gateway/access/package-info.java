/** Who calls: virtual keys, management keys, and the index that finds them by their secret. */
@NullMarked
package dev.keymesh.gateway.access;

import org.jspecify.annotations.NullMarked;
