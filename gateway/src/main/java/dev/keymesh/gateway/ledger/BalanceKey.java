package dev.keymesh.gateway.ledger;

/** Whose balance: of a scope, and of a provider and a model where a budget counts those only; empty is all. */
record BalanceKey(String scope, String provider, String model) {
    static BalanceKey of(String scope) {
        return new BalanceKey(scope, "", "");
    }
}
