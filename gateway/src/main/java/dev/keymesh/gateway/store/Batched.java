package dev.keymesh.gateway.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Decides and writes the commands of one batch; called on the writer's thread only. */
public interface Batched {
    void apply(Connection connection, Batch batch) throws SQLException;

    /** Whether commands that can wait are to be expected: holds are open. */
    boolean expectsRiders();

    /** The batch is durable. */
    void committed(List<Command> commands);

    /** Nothing of the batch was written; what was remembered of it must be forgotten. */
    void failed(List<Command> commands, Exception why);
}
