package dev.keymesh.gateway.store;

/** One thing that the ledger is asked to decide and write in the writer's next batch. */
public interface Command {
    /** Whether it may ride with the next command that cannot wait, some milliseconds later; only after one of those. */
    boolean canWait();

    /** Whether it may be decided before those that wait, while it gets what it asks for all the same. */
    default boolean goesAhead() {
        return false;
    }
}
