package dev.keymesh.gateway.store;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** An administrative write that waits for its turn in a batch: one that fails leaves the others of the batch alone. */
final class Change<T extends @Nullable Object> implements Command {
    private final Function<Tx, T> work;
    private final CompletableFuture<T> done = new CompletableFuture<>();
    private @Nullable Tx tx;
    private @Nullable Runnable answer;

    Change(Function<Tx, T> work) {
        this.work = work;
    }

    CompletableFuture<T> done() {
        return done;
    }

    void apply(Handle handle) {
        handle.savepoint("change");
        try {
            Tx running = new Tx(handle);
            T result = work.apply(running);
            handle.releaseSavepoint("change");
            tx = running;
            answer = () -> done.complete(result);
        } catch (RuntimeException e) {
            handle.rollbackToSavepoint("change");
            answer = () -> done.completeExceptionally(e);
        }
    }

    /** Memory follows the database, also where the caller is told that the write failed. */
    void remembered() {
        if (tx != null) {
            tx.committed();
        }
    }

    void committed() {
        if (answer != null) {
            answer.run();
        }
    }

    void failed(Exception why) {
        done.completeExceptionally(why);
    }

    @Override
    public boolean canWait() {
        return false;
    }
}
