package dev.keymesh.gateway.ledger;

/** An amount that is held; it resolves exactly once, by {@link Ledger#settle}. */
public record Hold(String id, Scopes scopes, long amount, int day) {}
