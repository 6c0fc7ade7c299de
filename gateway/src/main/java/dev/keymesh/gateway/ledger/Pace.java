package dev.keymesh.gateway.ledger;

/** The pause between two transactions of upkeep, in which calls have the writer to themselves. */
interface Pace {
    void pause();

    Pace NONE = () -> {};
}
