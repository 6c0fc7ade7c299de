package dev.keymesh.gateway.store;

import java.sql.SQLException;
import java.sql.SQLTransientException;
import org.jdbi.v3.core.JdbiException;

/** Tells a database that is away or overtaxed from a statement that is wrong: the one is a 503, the other a bug. */
final class Outage {
    private Outage() {}

    static RuntimeException translated(JdbiException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientException || (cause instanceof SQLException sql && away(sql))) {
                return new StoreException("The database did not answer.", e);
            }
        }
        return e;
    }

    /** Classes of SQLSTATE: 08 connection, 40 rollback, 53 resources, 55 lock not available, 57 operator intervention. */
    private static boolean away(SQLException e) {
        String state = e.getSQLState();
        return state != null && state.matches("(08|40|53|55|57).*");
    }
}
