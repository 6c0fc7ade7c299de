/** The built-in provider's answers, so that a first call works before any provider is configured. */
@NullMarked
package dev.keymesh.gateway.dialect.demo;

import org.jspecify.annotations.NullMarked;
