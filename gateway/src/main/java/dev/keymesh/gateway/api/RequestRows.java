package dev.keymesh.gateway.api;

import dev.keymesh.gateway.price.Usd;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.sdk.wire.RequestRecord;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rows of calls, as the API shows them. */
final class RequestRows {
    /** With the difference that a correction made. */
    static final String CALLS =
            "SELECT call.*, (SELECT x.cost FROM call x WHERE x.id = call.id || 'c') AS corrected FROM call ";

    private RequestRows() {}

    /**
     * The query of the newest {@code :limit} calls that meet some conditions. Their ids are found first, in an index that holds
     * what lists are narrowed to; a correction is told there by its outcome.
     *
     * @param conditions each begins with AND
     */
    static String newest(String conditions) {
        return CALLS + """
                WHERE id IN (SELECT id FROM call WHERE outcome <> 'correction'<conditions> ORDER BY id DESC LIMIT :limit)
                ORDER BY id DESC""".replace("<conditions>", conditions);
    }

    /** Those of these ids that are there, oldest first. */
    static List<RequestRecord> of(Store store, Set<String> ids) {
        return store.read(h -> h.createQuery(CALLS + "WHERE corrects IS NULL AND id IN (<ids>) ORDER BY id")
                .bindList("ids", ids)
                .map((row, context) -> wire(row))
                .list());
    }

    /** Those that began since, at most so many of the newest, oldest first. */
    static List<RequestRecord> since(Store store, String floor, int most) {
        return store.read(h -> h.createQuery(
                                CALLS + "WHERE corrects IS NULL AND id >= :floor ORDER BY id DESC LIMIT :most")
                        .bind("floor", floor)
                        .bind("most", most)
                        .map((row, context) -> wire(row))
                        .list())
                .reversed();
    }

    static RequestRecord wire(ResultSet row) throws SQLException {
        Long cost = nullable(row, "cost");
        Long corrected = nullable(row, "corrected");
        long difference = corrected == null ? 0 : corrected;
        Long upstream = nullable(row, "upstream_status");
        String error = row.getString("error_code");
        boolean denied = "refused".equals(row.getString("outcome")) && error != null;
        return new RequestRecord(
                row.getString("id"),
                row.getString("key"),
                row.getString("workspace"),
                row.getString("space"),
                row.getString("provider"),
                row.getString("model"),
                row.getString("operation"),
                row.getInt("status"),
                row.getString("outcome"),
                row.getBoolean("stream"),
                row.getLong("input_tokens"),
                row.getLong("cached_input_tokens"),
                row.getLong("output_tokens"),
                cost == null && corrected == null ? null : Usd.format((cost == null ? 0 : cost) + difference),
                "USD",
                corrected == null ? row.getString("settlement") : "corrected",
                denied ? List.of(error) : List.of(),
                Instant.ofEpochMilli(row.getLong("started_at")),
                row.getLong("duration_ms"),
                nullable(row, "first_byte_ms"),
                upstream == null ? null : (Integer) upstream.intValue(),
                error);
    }

    private static @Nullable Long nullable(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : (Long) value;
    }
}
