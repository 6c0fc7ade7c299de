package dev.keymesh.gateway.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** What the ledger decides in one transaction, and what could still join it. */
public final class Batch {
    private final List<Command> commands;
    private final Queue<Command> riders;

    /**
     * A batch of these commands.
     *
     * @param riders may be decided later; can be added to meanwhile
     */
    public Batch(List<Command> commands, Queue<Command> riders) {
        this.commands = commands;
        this.riders = riders;
    }

    /** All that is in it now. */
    public List<Command> commands() {
        return List.copyOf(commands);
    }

    /** What waits to be decided in a later one. */
    public Iterable<Command> riders() {
        return riders;
    }

    /** Takes what waits into this one, after all that is in it. */
    public List<Command> join() {
        List<Command> joined = new ArrayList<>();
        for (Command rider = riders.poll(); rider != null; rider = riders.poll()) {
            joined.add(rider);
        }
        commands.addAll(joined);
        return joined;
    }
}
