/** Budgets, holds and the account of every call; admission asks it before a byte leaves, and settles with it after. */
@NullMarked
package dev.keymesh.gateway.ledger;

import org.jspecify.annotations.NullMarked;
