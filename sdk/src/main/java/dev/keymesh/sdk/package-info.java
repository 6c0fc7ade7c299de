/** The wire records of Keymesh's REST API and a small client for it. */
@NullMarked
package dev.keymesh.sdk;

import org.jspecify.annotations.NullMarked;
