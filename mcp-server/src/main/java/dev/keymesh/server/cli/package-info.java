/** The program's commands. */
@NullMarked
package dev.keymesh.server.cli;

import org.jspecify.annotations.NullMarked;
