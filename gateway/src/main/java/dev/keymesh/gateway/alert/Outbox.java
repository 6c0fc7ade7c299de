package dev.keymesh.gateway.alert;

import dev.keymesh.gateway.store.Ids;
import dev.keymesh.gateway.store.Store;
import dev.keymesh.sdk.Json;
import dev.keymesh.sdk.wire.Event;
import dev.keymesh.sdk.wire.WebhookMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;

/**
 * Follows the event log and writes a delivery for each endpoint that an event is told to. The deliveries and the place in
 * the log are one transaction, so no event is lost or told twice, whichever node follows and wherever one dies.
 */
final class Outbox {
    private static final int EVENTS = 100;
    private static final int ENOUGH_DELIVERIES = 200;

    private final Store store;
    private final Endpoints endpoints;

    Outbox(Store store, Endpoints endpoints) {
        this.store = store;
        this.endpoints = endpoints;
    }

    /** Takes the next events; whether there were any. */
    boolean follow(Instant now) {
        Batch batch = store.read(handle -> batch(handle, now));
        if (batch.through == batch.from) {
            return false;
        }
        store.maintain(tx -> advance(tx.handle(), batch));
        return true;
    }

    private record Batch(long from, long through, List<Delivery> deliveries) {}

    /** The events are read before the endpoints: one that was added since is at most told too much, never too little. */
    private Batch batch(Handle handle, Instant now) {
        long from = handle.createQuery("SELECT seq FROM outbox WHERE id = 1")
                .mapTo(Long.class)
                .one();
        List<Event> events = EventLog.after(handle, from, EVENTS);
        long through = from;
        List<Delivery> deliveries = new ArrayList<>();
        List<Endpoint> there = events.isEmpty() ? List.of() : endpoints.all(handle);
        for (Event event : events) {
            if (deliveries.size() >= ENOUGH_DELIVERIES) {
                break;
            }
            through = event.seq();
            Origin origin = Origin.of(handle, target(event));
            for (Endpoint endpoint : there) {
                if (endpoint.enabled()
                        && endpoint.wants(event.action(), origin.space())
                        && !event.at().isBefore(endpoint.createdAt())) {
                    deliveries.add(delivery(endpoint, event, origin, now));
                }
            }
        }
        return new Batch(from, through, deliveries);
    }

    private static Delivery delivery(Endpoint endpoint, Event event, Origin origin, Instant now) {
        WebhookMessage message = new WebhookMessage(
                event.action(),
                event.at(),
                new WebhookMessage.Data(
                        event.id(), event.actor(), target(event), origin.space(), origin.title(), event.data()));
        return new Delivery(
                Ids.next("whd"),
                endpoint.id(),
                event.id(),
                event.action(),
                new String(Json.toBytes(message), StandardCharsets.UTF_8),
                Delivery.Status.PENDING,
                0,
                List.of(),
                null,
                now,
                now);
    }

    private static String target(Event event) {
        return Objects.requireNonNullElse(event.target(), "");
    }

    /** Nothing where another node was faster. */
    private static boolean advance(Handle handle, Batch batch) {
        boolean first =
                handle.execute("UPDATE outbox SET seq = ? WHERE id = 1 AND seq = ?", batch.through, batch.from) == 1;
        if (first) {
            batch.deliveries.forEach(delivery -> Deliveries.insert(handle, delivery));
        }
        return first;
    }
}
