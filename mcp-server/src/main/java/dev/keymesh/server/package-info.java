/** The program: its commands, and the owner of a data folder. */
@NullMarked
package dev.keymesh.server;

import org.jspecify.annotations.NullMarked;
