package dev.keymesh.gateway.api;

import dev.keymesh.gateway.ledger.CallRecord;
import dev.keymesh.gateway.ledger.Corrections;
import dev.keymesh.gateway.price.Usd;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.sdk.wire.NewSettlement;
import dev.keymesh.sdk.wire.RequestRecord;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The calls that ended: {@code /api/v1/requests}; metadata only. */
public final class RequestsApi implements Resource {
    private static final int REASON = 500;

    /** With the difference that a correction made. */
    private static final String CALLS =
            "SELECT call.*, (SELECT x.cost FROM call x WHERE x.id = call.id || 'c') AS corrected FROM call ";

    private final Store store;
    private final Corrections corrections;

    public RequestsApi(Store store, Corrections corrections) {
        this.store = store;
        this.corrections = corrections;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/api/v1/requests", "usage.read", this::list)
                        .taking("limit", "cursor", "key")
                        .narrowing(),
                Route.of("GET", "/api/v1/requests/*", "usage.read", this::get).narrowing(),
                Route.of("POST", "/api/v1/requests/*/settlement", "budgets.write", this::settle)
                        .narrowing());
    }

    private ApiResponse list(Call call) {
        String before = call.cursor();
        String key = call.asked("key");
        store.barrier();
        // The key stands alone in its condition, so that its index is used.
        String keys = key == null ? "" : "AND key = :key";
        List<RequestRecord> rows = store.read(h -> {
            Query query = h.createQuery((CALLS + """
                            WHERE corrects IS NULL AND (:before = '' OR id < :before) AND (:space = '' OR space = :space) <keys>
                            ORDER BY id DESC LIMIT :limit""").replace("<keys>", keys))
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
        return ApiResponse.ok(store.read(h -> h.createQuery(
                                CALLS + "WHERE id = :id AND corrects IS NULL AND (:space = '' OR space = :space)")
                        .bind("id", call.param(0))
                        .bind("space", space(call))
                        .map((row, context) -> wire(row))
                        .findOne())
                .orElseThrow(() -> Rejection.notFound("such request")));
    }

    private ApiResponse settle(Call call) {
        NewSettlement wanted = call.body(NewSettlement.class);
        long cost = Checks.usd(wanted.cost(), "/cost");
        if (cost > CallRecord.MOST_COST) {
            throw Rejection.invalid("/cost", "invalid_amount", "must be at most 1000000", null);
        }
        String reason = wanted.reason();
        if (reason == null || reason.isBlank() || reason.length() > REASON) {
            throw Rejection.invalid("/reason", "invalid_reason", "must be 1 to " + REASON + " characters", null);
        }
        return switch (corrections.correct(call.actor(), call.param(0), space(call), cost, reason)) {
            case CORRECTED -> get(call);
            case NO_SUCH_CALL -> throw Rejection.notFound("such request");
            case NOT_OPEN ->
                throw conflict("Only what was estimated or is unknown can be corrected, and this call is neither.");
            case CORRECTED_BEFORE ->
                throw conflict("It was corrected before, to another cost or for another reason: that stands.");
        };
    }

    private static Rejection conflict(String detail) {
        return new Rejection(409, "conflict", detail, List.of());
    }

    private static String space(Call call) {
        String only = call.onlySpace();
        return only == null ? "" : only;
    }

    private static RequestRecord wire(ResultSet row) throws SQLException {
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
