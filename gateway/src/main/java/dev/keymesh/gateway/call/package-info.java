/** The path of a model call, step by step, and what runs at the moment; the HTTP door hands every call to it. */
@NullMarked
package dev.keymesh.gateway.call;

import org.jspecify.annotations.NullMarked;
