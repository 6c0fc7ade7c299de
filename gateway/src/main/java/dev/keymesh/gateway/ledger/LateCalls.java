package dev.keymesh.gateway.ledger;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Counts the calls that are written after their day: corrections, orphans, settles over midnight. Where the day is rolled
 * up they are added to it; where it is being rolled up, raising {@code keeping.late} makes that start over.
 */
final class LateCalls {
    private static final String NOTICE = "UPDATE keeping SET late = late + 1 WHERE id = 1";
    private static final String ADD = """
            INSERT INTO usage_day (day, space, workspace, key, provider, model,
              requests, input_tokens, cached_input_tokens, output_tokens, cost, charged_requests, tokens)
            SELECT day, space, workspace, key, provider, COALESCE(model, ''), <sums>
            FROM call
            WHERE provider IS NOT NULL AND day <= (SELECT rolled FROM keeping WHERE id = 1) AND id = ?
            GROUP BY day, space, workspace, key, provider, COALESCE(model, '')
            ON CONFLICT (day, space, workspace, key, provider, model) DO UPDATE SET
              requests = usage_day.requests + excluded.requests,
              input_tokens = usage_day.input_tokens + excluded.input_tokens,
              cached_input_tokens = usage_day.cached_input_tokens + excluded.cached_input_tokens,
              output_tokens = usage_day.output_tokens + excluded.output_tokens,
              cost = usage_day.cost + excluded.cost,
              charged_requests = usage_day.charged_requests + excluded.charged_requests,
              tokens = usage_day.tokens + excluded.tokens""".replace("<sums>", RollUp.SUMS);

    private LateCalls() {}

    /** Counts one call, in the transaction that wrote it. */
    static void add(Connection connection, String id) throws SQLException {
        // First, so that on PostgreSQL its row lock orders this before or after a roll-up.
        try (var notice = connection.prepareStatement(NOTICE)) {
            notice.executeUpdate();
        }
        try (var add = connection.prepareStatement(ADD)) {
            add.setString(1, id);
            add.executeUpdate();
        }
    }
}
