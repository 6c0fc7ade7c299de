/** Account, spaces and workspaces: the upper links of the scope chain. */
@NullMarked
package dev.keymesh.gateway.tenant;

import org.jspecify.annotations.NullMarked;
