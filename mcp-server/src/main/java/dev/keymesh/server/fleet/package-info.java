/** What an installation is to be, as a file: read, compared with what is there, made so, and written. */
@NullMarked
package dev.keymesh.server.fleet;

import org.jspecify.annotations.NullMarked;
