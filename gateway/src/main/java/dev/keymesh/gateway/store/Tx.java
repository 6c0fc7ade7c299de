package dev.keymesh.gateway.store;

import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** One administrative change inside the writer's transaction. */
public final class Tx {
    private final Handle handle;
    private final List<Runnable> afterCommit = new ArrayList<>();

    Tx(Handle handle) {
        this.handle = handle;
    }

    public Handle handle() {
        return handle;
    }

    /** Applies the change to what is in memory: after the commit, before the write returns. */
    public void afterCommit(Runnable change) {
        afterCommit.add(change);
    }

    void committed() {
        afterCommit.forEach(Runnable::run);
    }
}
