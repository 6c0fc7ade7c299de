package dev.keymesh.gateway.api;

import dev.keymesh.gateway.alert.EventLog;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.sdk.wire.Event;
import java.util.List;

/** The event log: {@code /api/v1/events}, newest first. */
public final class EventsApi implements Resource {
    private final Store store;

    public EventsApi(Store store) {
        this.store = store;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("GET", "/api/v1/events", "audit.read", this::list).taking("limit", "cursor"));
    }

    private ApiResponse list(Call call) {
        String cursor = call.cursor();
        long before = cursor == null ? Long.MAX_VALUE : Call.number(cursor);
        List<Event> rows = store.read(h -> EventLog.before(h, before, call.limit() + 1));
        return ApiResponse.ok(Call.page(rows, call.limit(), event -> String.valueOf(event.seq()), event -> event));
    }
}
