/** What is measured: counted where it happens without locks, and read when somebody scrapes; every package may count. */
@NullMarked
package dev.keymesh.gateway.metric;

import org.jspecify.annotations.NullMarked;
