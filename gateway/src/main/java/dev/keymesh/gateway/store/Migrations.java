package dev.keymesh.gateway.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.output.MigrateResult;

/** Brings the schema to this program's version, and refuses one that is newer. */
final class Migrations {
    /** The newest migration of this program; a test holds it to the files. */
    static final String LATEST = "1";

    private Migrations() {}

    static void run(Database database) {
        try (Connection connection = database.writer()) {
            database.check(connection);
            String applied = applied(connection);
            if (applied.equals(LATEST)) {
                return;
            }
        } catch (SQLException e) {
            throw new StoreException(database.unusable(e), e);
        }
        Flyway flyway = Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(database.jdbcUrl(), null, null)
                .locations("classpath:dev/keymesh/gateway/store/migration")
                .placeholders(database.placeholders())
                .failOnMissingLocations(true)
                .load();
        refuseNewer(flyway);
        try {
            MigrateResult result = flyway.migrate();
            if (!result.success) {
                throw new StoreException("The database's schema could not be brought up to date.");
            }
        } catch (FlywayException e) {
            throw new StoreException("The database's schema could not be brought up to date: " + e.getMessage(), e);
        }
    }

    /** The schema's version, or empty when there is none or a migration failed; Flyway itself needs a second to tell. */
    static String applied(Connection connection) {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT version, success FROM flyway_schema_history"
                        + " WHERE version IS NOT NULL ORDER BY installed_rank DESC")) {
            return row.next() && row.getBoolean(2) ? row.getString(1) : "";
        } catch (SQLException e) {
            return "";
        }
    }

    private static void refuseNewer(Flyway flyway) {
        MigrationVersion known = MigrationVersion.EMPTY;
        MigrationVersion applied = MigrationVersion.EMPTY;
        for (var migration : flyway.info().all()) {
            MigrationVersion version = migration.getVersion();
            if (version == null) {
                continue;
            }
            if (migration.getState().isResolved() && version.compareTo(known) > 0) {
                known = version;
            }
            if (migration.getState().isApplied() && version.compareTo(applied) > 0) {
                applied = version;
            }
        }
        if (applied.compareTo(known) > 0) {
            throw new StoreException("The database has schema " + applied + " and this Keymesh knows " + known
                    + ": it was written by a newer Keymesh. Start that one, or restore an older backup.");
        }
    }
}
