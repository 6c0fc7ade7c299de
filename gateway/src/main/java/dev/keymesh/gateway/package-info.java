/** The server: model path, keys, money, REST and storage. */
@NullMarked
package dev.keymesh.gateway;

import org.jspecify.annotations.NullMarked;
