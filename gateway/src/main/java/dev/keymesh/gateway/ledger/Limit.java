package dev.keymesh.gateway.ledger;

import org.jspecify.annotations.Nullable;

/**
 * A budget: how much a scope may spend in a period.
 *
 * @param amount nano-dollars; null is an explicit no-limit, 0 blocks
 */
public record Limit(String scope, Period period, @Nullable Long amount) {}
