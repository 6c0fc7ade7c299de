package dev.keymesh.gateway.api;

import dev.keymesh.gateway.store.Store;
import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.wire.Event;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

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

    @SuppressWarnings("unchecked") // the column holds a JSON object that an act wrote
    private ApiResponse list(Call call) {
        String cursor = call.cursor();
        long before = cursor == null ? Long.MAX_VALUE : Call.number(cursor);
        List<Event> rows = store.read(h -> h.createQuery("""
                        SELECT seq, id, action, actor_type, actor_id, target, at, data FROM event WHERE seq < :before
                        ORDER BY seq DESC LIMIT :limit""")
                .bind("before", before)
                .bind("limit", call.limit() + 1)
                .map((row, context) -> new Event(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        new Event.Actor(row.getString(4), row.getString(5)),
                        row.getString(6),
                        Instant.ofEpochMilli(row.getLong(7)),
                        Json.fromBytes(row.getString(8).getBytes(StandardCharsets.UTF_8), Map.class)))
                .list());
        return ApiResponse.ok(Call.page(rows, call.limit(), event -> String.valueOf(event.seq()), event -> event));
    }
}
