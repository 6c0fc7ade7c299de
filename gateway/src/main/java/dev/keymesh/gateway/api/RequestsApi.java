package dev.keymesh.gateway.api;

import dev.keymesh.gateway.price.Usd;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.sdk.wire.RequestRecord;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The calls that ended: {@code /api/v1/requests}; metadata only. */
public final class RequestsApi implements Resource {
    private final Store store;

    public RequestsApi(Store store) {
        this.store = store;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/api/v1/requests", "usage.read", this::list)
                        .taking("limit", "cursor", "key")
                        .narrowing(),
                Route.of("GET", "/api/v1/requests/*", "usage.read", this::get).narrowing());
    }

    private ApiResponse list(Call call) {
        String before = call.cursor();
        String key = call.asked("key");
        store.barrier();
        // The key stands alone in its condition, so that its index is used.
        String keys = key == null ? "" : "AND key = :key";
        List<RequestRecord> rows = store.read(h -> {
            Query query = h.createQuery("""
                            SELECT * FROM call WHERE (:before = '' OR id < :before) AND (:space = '' OR space = :space) <keys>
                            ORDER BY id DESC LIMIT :limit""".replace("<keys>", keys))
                    .bind("before", before == null ? "" : before)
                    .bind("space", space(call))
                    .bind("limit", call.limit() + 1);
            return (key == null ? query : query.bind("key", key))
                    .map((row, context) -> wire(row))
                    .list();
        });
        return ApiResponse.ok(Call.page(rows, call.limit(), RequestRecord::id, row -> row));
    }

    private ApiResponse get(Call call) {
        store.barrier();
        return ApiResponse.ok(
                store.read(h -> h.createQuery("SELECT * FROM call WHERE id = :id AND (:space = '' OR space = :space)")
                                .bind("id", call.param(0))
                                .bind("space", space(call))
                                .map((row, context) -> wire(row))
                                .findOne())
                        .orElseThrow(() -> Rejection.notFound("such request")));
    }

    private static String space(Call call) {
        String only = call.onlySpace();
        return only == null ? "" : only;
    }

    private static RequestRecord wire(ResultSet row) throws SQLException {
        Long cost = nullable(row, "cost");
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
                cost == null ? null : Usd.format(cost),
                "USD",
                row.getString("settlement"),
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
