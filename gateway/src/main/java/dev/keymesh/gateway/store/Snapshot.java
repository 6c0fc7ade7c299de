package dev.keymesh.gateway.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** One state of a database that may be in use, read beside its owner and never written. */
public final class Snapshot {
    private Snapshot() {}

    /**
     * Reads.
     *
     * @throws StoreException when there is no database of this program's schema, with the reason
     */
    public static <T> T read(Database database, Function<Handle, T> work) {
        try (Connection connection = database.snapshot()) {
            refuseOther(Migrations.applied(connection));
            connection.rollback();
            try (Handle handle = Jdbi.open(connection)) {
                T result = work.apply(handle);
                handle.rollback();
                return result;
            }
        } catch (SQLException | JdbiException e) {
            throw new StoreException("The database cannot be read: " + e.getMessage(), e);
        }
    }

    private static void refuseOther(String schema) {
        if (schema.isEmpty()) {
            throw new StoreException("This is no database of Keymesh, or one that was not finished.");
        }
        if (!schema.equals(Migrations.LATEST)) {
            throw new StoreException("The database has schema " + schema + " and this Keymesh knows "
                    + Migrations.LATEST + ". Use the Keymesh that wrote it.");
        }
    }
}
