package dev.keymesh.gateway.api;

import dev.keymesh.gateway.ledger.CallRecord;
import dev.keymesh.gateway.ledger.Corrections;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.sdk.wire.NewSettlement;
import dev.keymesh.sdk.wire.RequestRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The calls that ended: {@code /api/v1/requests}; metadata only. */
public final class RequestsApi implements Resource {
    private static final int REASON = 500;
    private static final List<String> FILTERS = List.of("key", "workspace", "model", "outcome");

    private final Store store;
    private final Corrections corrections;
    private final CallFeed feed;

    public RequestsApi(Store store, Corrections corrections, CallFeed feed) {
        this.store = store;
        this.corrections = corrections;
        this.feed = feed;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/api/v1/requests", "usage.read", this::list)
                        .taking("limit", "cursor", "key", "workspace", "model", "outcome")
                        .narrowing(),
                // Before the route of one, which would take its name for an id.
                Route.of("GET", "/api/v1/requests/stream", "usage.read", this::stream)
                        .narrowing(),
                Route.of("GET", "/api/v1/requests/*", "usage.read", this::get).narrowing(),
                Route.of("POST", "/api/v1/requests/*/settlement", "budgets.write", this::settle)
                        .narrowing());
    }

    private ApiResponse list(Call call) {
        String before = call.cursor();
        store.barrier();
        // What is not asked for has no condition, and each stands alone in its own, so that indices are used.
        Map<String, String> filters = new LinkedHashMap<>();
        for (String name : FILTERS) {
            put(filters, name, call.asked(name));
        }
        put(filters, "space", call.onlySpace());
        String conditions = filters.keySet().stream()
                .map(name -> " AND " + name + " = :" + name)
                .collect(Collectors.joining());
        if (before != null) {
            conditions += " AND id < :before";
            filters.put("before", before);
        }
        String found = RequestRows.newest(conditions);
        List<RequestRecord> rows = store.read(h -> h.createQuery(found)
                .bindMap(filters)
                .bind("limit", call.limit() + 1)
                .map((row, context) -> RequestRows.wire(row))
                .list());
        return ApiResponse.ok(Call.page(rows, call.limit(), RequestRecord::id, row -> row));
    }

    private static void put(Map<String, String> filters, String name, @Nullable String value) {
        if (value != null) {
            filters.put(name, value);
        }
    }

    private ApiResponse stream(Call call) {
        CallFeed.Listener listener = feed.listen(space(call));
        if (listener == null) {
            throw Rejection.unavailable(
                    "As many streams of requests are open on this node as it serves, " + CallFeed.MOST_LISTENERS + ".");
        }
        return ApiResponse.live("text/event-stream", new RequestStream(listener, call.still()));
    }

    private ApiResponse get(Call call) {
        store.barrier();
        return ApiResponse.ok(store.read(h -> h.createQuery(RequestRows.CALLS
                                + "WHERE id = :id AND corrects IS NULL AND (:space = '' OR space = :space)")
                        .bind("id", call.param(0))
                        .bind("space", space(call))
                        .map((row, context) -> RequestRows.wire(row))
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
}
