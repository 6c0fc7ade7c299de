package dev.keymesh.gateway.store;

/** One thing that the ledger is asked to decide and write in the writer's next batch. */
public interface Command {
    /** Whether it may ride with the next command that cannot wait, a few milliseconds later. */
    boolean canWait();
}
