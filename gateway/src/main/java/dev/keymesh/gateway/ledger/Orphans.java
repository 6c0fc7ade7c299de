package dev.keymesh.gateway.ledger;

import dev.keymesh.gateway.store.Store;
import dev.keymesh.gateway.store.StoreException;
import java.sql.SQLException;
import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Charges the holds that dead instances left: a request was written and no answer's head came back, so they settle at
 * the hold, {@code unknown}.
 */
final class Orphans {
    private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);

    private Orphans() {}

    static void resolve(Store store, String instance, Instant now) {
        int resolved = store.maintain(tx -> charge(tx.handle(), instance, now));
        if (resolved > 0) {
            LOG.info("{} calls that an earlier run left open are charged at what they held.", resolved);
        }
    }

    private static int charge(Handle handle, String instance, Instant now) {
        for (String scope :
                new String[] {"'account'", "'space:' || space", "'workspace:' || space || '/' || workspace"}) {
            charge(handle, instance, """
                    SELECT <scope> AS scope, day, SUM(amount) AS amount FROM hold
                    WHERE instance <> :instance GROUP BY 1, 2""".replace("<scope>", scope));
        }
        charge(handle, instance, """
                WITH RECURSIVE link (hold, key) AS (
                  SELECT id, key FROM hold WHERE instance <> :instance
                  UNION ALL SELECT link.hold, k.parent FROM link JOIN virtual_key k ON k.id = link.key
                    WHERE k.parent IS NOT NULL)
                SELECT 'key:' || link.key AS scope, h.day, SUM(h.amount) AS amount
                FROM link JOIN hold h ON h.id = link.hold GROUP BY 1, 2""");
        handle.createUpdate("""
                INSERT INTO call (id, space, workspace, key, provider, model, operation, status, outcome, error_code,
                  stream, input_tokens, cached_input_tokens, output_tokens, cost, held, settlement, price_version, day,
                  started_at, duration_ms)
                SELECT id, space, workspace, key, provider, model, operation, 0, 'failed', 'process_ended',
                  FALSE, 0, 0, 0, amount, amount, 'unknown', price_version, day, created_at, :now - created_at
                FROM hold WHERE instance <> :instance""")
                .bind("instance", instance)
                .bind("now", now.toEpochMilli())
                .execute();
        count(handle, instance);
        return handle.createUpdate("DELETE FROM hold WHERE instance <> :instance")
                .bind("instance", instance)
                .execute();
    }

    private static void count(Handle handle, String instance) {
        try {
            LateCalls.addOrphans(handle.getConnection(), instance);
        } catch (SQLException e) {
            throw new StoreException("The calls of an earlier run could not be counted.", e);
        }
    }

    /** Turns what scopes hold, day by day, into what they have spent. */
    private static void charge(Handle handle, String instance, String amounts) {
        handle.createUpdate("""
                        UPDATE balance SET spent = spent + open.amount, held = held - open.amount
                        FROM (<amounts>) AS open
                        WHERE balance.scope = open.scope AND balance.day = open.day""".replace("<amounts>", amounts))
                .bind("instance", instance)
                .execute();
    }
}
