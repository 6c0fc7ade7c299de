/** What leaves the process for each call that has ended: a span and a line of the log, metadata only. */
@NullMarked
package dev.keymesh.gateway.trace;

import org.jspecify.annotations.NullMarked;
