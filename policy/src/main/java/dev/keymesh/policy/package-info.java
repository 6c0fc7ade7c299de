/** Asks the compiled Rego bundle for a decision; the gateway calls it. */
@NullMarked
package dev.keymesh.policy;

import org.jspecify.annotations.NullMarked;
