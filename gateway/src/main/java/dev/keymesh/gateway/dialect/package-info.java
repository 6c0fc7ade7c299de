/** What a vendor's bytes mean: operations, facts of a request, usage of an answer, refusals; the model path calls it. */
@NullMarked
package dev.keymesh.gateway.dialect;

import org.jspecify.annotations.NullMarked;
